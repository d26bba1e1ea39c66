"""A lock with packages from everywhere can be built from."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, source_tree
from tests.tools.deb_builder import Deb, Entry
from tests.tools.lock.tiny_archive import TinyArchive, public_key
from tools.lock.cli import main


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Provide a web server of ``files``."""
    directory = tmp_path / "files"
    directory.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as http_server:
        threading.Thread(target=http_server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http_server.server_address[1]}"
        http_server.shutdown()


def deb(name: str) -> Deb:
    return Deb(name=name, entries=[Entry("./usr/"), Entry(f"./usr/{name}", name.encode())])


def test_flat_repositories_directories_and_single_packages(tmp_path: Path, server: str) -> None:
    flat = TinyArchive(str(tmp_path / "files" / "flat"), suite="./", compression=".gz")
    flat.add("flat", "1.0-1", architecture="amd64", deb=deb("flat").build())
    flat.publish()
    (tmp_path / "files" / "single.deb").write_bytes(deb("single").build())
    workspace = tmp_path / "workspace"
    (workspace / "debs").mkdir(parents=True)
    deb("local").write(workspace / "debs")
    (workspace / "key.asc").write_text(public_key(flat.key))
    (workspace / "BUILD.bazel").touch()
    (workspace / "MODULE.bazel").write_text(
        f"""
bazel_dep(name = "rules_plinth")
local_path_override(module_name = "rules_plinth", path = "{source_tree()}")
apt = use_extension("@rules_plinth//rules:apt.bzl", "apt")
apt.install(name = "packages", lock = "//:lock.json")
use_repo(apt, "packages")
"""
    )
    single = {
        "deb": f"{server}/single.deb",
        "sha256": hashlib.sha256(deb("single").build()).hexdigest(),
    }
    manifest = {
        "version": 1,
        "archives": {
            "flat": {"mirrors": [f"{server}/flat"], "suites": ["./"], "keys": ["key.asc"]},
            "vendor": {"directory": "debs"},
        },
        "architectures": ["amd64"],
        "packages": ["flat", "local", single],
    }
    (workspace / "manifest.json").write_text(json.dumps(manifest))
    environment = {"BUILD_WORKSPACE_DIRECTORY": str(workspace)}
    arguments = ["--manifest", "manifest.json", "--lock", "lock.json", "--quiet"]
    assert main(arguments, environment=environment) == 0

    bazel = NestedBazel(str(workspace), str(tmp_path / "output_base"))
    targets = [f"@packages//{name}:amd64" for name in ("flat", "local", "single")]
    try:
        done = bazel.run("build", *targets, "--lockfile_mode=off")
        assert done.returncode == 0, done.stderr
        root = bazel.run("info", "execution_root", "--lockfile_mode=off").stdout.strip()
        files = bazel.run(
            "cquery", f"set({' '.join(targets)})", "--output=files", "--lockfile_mode=off"
        ).stdout.split()
        found = {Path(root, path).read_bytes() for path in files}
        assert found == {deb(name).build() for name in ("flat", "local", "single")}
    finally:
        bazel.shut_down()
