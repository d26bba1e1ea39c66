"""The example is built from a pool directory, with the network cut off."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, copy_workspace, source_tree
from tools.lock.mirror import main

ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
LOCKS = ("base/debian13.lock.json", "tools/python/interpreter.lock.json")


def test_the_example_without_a_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() != 0:
        pytest.skip("cutting off the network of a process takes root")
    pool = tmp_path / "pool"
    locks = [word for lock in LOCKS for word in ("--lock", os.path.join(source_tree(), lock))]
    assert main([*locks, "--out", str(pool), "--architecture", ARCHITECTURE]) == 0
    assert "PLINTH_MIRRORS" in capsys.readouterr().out

    workspace = copy_workspace(str(tmp_path / "workspace"))
    # The image's packages must come from the pool: this cache of downloads has but the wheels, and
    # what unpacks them.
    bazel = NestedBazel(workspace, str(tmp_path / "base"), repository_cache=str(tmp_path / "cache"))
    archives = [entry.name for entry in pool.iterdir()]
    mirrors = {"PLINTH_MIRRORS": " ".join(f"{name}=file://{pool}/{name}" for name in archives)}
    build = ("build", "//examples/python:image")
    try:
        wheels = ("build", "--nobuild", "@example_python_wheels//...")
        done = bazel.run(*wheels, environment=mirrors)
        assert done.returncode == 0, done.stderr
        bazel.shut_down()
        pool.rename(tmp_path / "gone")
        lost = bazel.run(*build, environment=mirrors, network=False)
        assert "no mirror has the locked bytes" in lost.stderr
        (tmp_path / "gone").rename(pool)
        done = bazel.run(*build, environment=mirrors, network=False)
        assert done.returncode == 0, done.stderr
    finally:
        bazel.shut_down()
