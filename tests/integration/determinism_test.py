"""An image has the same digest wherever, whenever and however it is built."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.integration.nested_bazel import NestedBazel, copy_workspace

FIRST_BUILD = os.path.join(os.environ["RUNFILES_DIR"], os.environ["IMAGE"])


def digest(layout: str) -> str:
    with open(os.path.join(layout, "index.json"), encoding="utf-8") as stream:
        (manifest,) = json.load(stream)["manifests"]
    return str(manifest["digest"])


def test_digest_does_not_depend_on_the_build(tmp_path: Path) -> None:
    workspace = copy_workspace(str(tmp_path / "another directory".replace(" ", "_")))
    bazel = NestedBazel(workspace, str(tmp_path / "output_base"))
    try:
        done = bazel.run(
            "build",
            "//examples/python:image",
            "--compilation_mode=opt",
            "--jobs=1",
            "--action_env=TZ=Pacific/Chatham",
            "--action_env=LC_ALL=tr_TR.UTF-8",
            environment={"TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8"},
            umask=0o077,
        )
        assert done.returncode == 0, done.stderr
        assert digest(f"{workspace}/bazel-bin/examples/python/image") == digest(FIRST_BUILD)
    finally:
        bazel.shut_down()
