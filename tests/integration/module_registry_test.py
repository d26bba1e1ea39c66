"""A company's registry of modules, next to the one that bazelw brings."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, source_tree

# What modules of the public registry ask for: bazelw has versions of its own of them.
MODULE = """
module(name = "company", version = "1.0", compatibility_level = 1)
bazel_dep(name = "bazel_skylib", version = "1.7.1")
bazel_dep(name = "protobuf", version = "21.7")
bazel_dep(name = "rules_python", version = "1.0.0")
bazel_dep(name = "zlib", version = "1.3.1.bcr.3")
"""


def test_a_module_of_a_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLINTH_BAZEL", raising=False)  # it is about the Bazel of bazelw
    source = tmp_path / "company.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("MODULE.bazel", MODULE)
        archive.writestr("BUILD.bazel", 'exports_files(["policy.bzl"])')
        archive.writestr("policy.bzl", 'OWNER = "payments"')
    digest = base64.b64encode(hashlib.sha256(source.read_bytes()).digest()).decode()
    entry = tmp_path / "registry/modules/company/1.0"
    entry.mkdir(parents=True)
    (tmp_path / "registry/bazel_registry.json").write_text("{}")
    (entry / "MODULE.bazel").write_text(MODULE)
    (entry / "source.json").write_text(
        json.dumps({"url": source.as_uri(), "integrity": f"sha256-{digest}"})
    )

    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / ".bazelrc").write_text(f"common --registry=file://{tmp_path}/registry\n")
    (workspace / "MODULE.bazel").write_text(
        f"""
bazel_dep(name = "company", version = "1.0")
bazel_dep(name = "rules_plinth")
local_path_override(module_name = "rules_plinth", path = "{source_tree()}")
"""
    )
    (workspace / "BUILD.bazel").write_text(
        """
load("@company//:policy.bzl", "OWNER")
load("@rules_plinth//rules:layer.bzl", "files_layer")
files_layer(name = OWNER, srcs = ["BUILD.bazel"])
"""
    )
    bazel = NestedBazel(str(workspace), str(tmp_path / "output_base"))
    try:
        done = bazel.run("query", "//:payments", "--lockfile_mode=off")
        assert (done.returncode, done.stdout) == (0, "//:payments\n"), done.stderr
    finally:
        bazel.shut_down()
