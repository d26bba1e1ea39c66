"""A Plinth base under an ordinary Dockerfile, built by buildah where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.container.rootfs import as_built, read_layout

RUNFILES = os.environ["RUNFILES_DIR"]
BASES = {"builder": os.environ["BUILDER"], "base": os.environ["BASE"]}
BUILDAH = shutil.which("buildah", path="/usr/bin:/usr/local/bin")


@pytest.mark.skipif(not BUILDAH, reason="this machine, or Bazel's own root, has no buildah")
def test_builds_and_runs(tmp_path: Path) -> None:
    assert BUILDAH is not None
    buildah = [BUILDAH, "--storage-driver=vfs", f"--root={tmp_path}/storage"]
    buildah.append(f"--runroot={tmp_path}/run")
    context = tmp_path / "context"
    context.mkdir()
    for name in ("Dockerfile", "hello.py"):
        shutil.copy(f"examples/dockerfile/{name}", context)
    # buildah makes a name of the path, so it must look like one.
    contexts = []
    for name, path in BASES.items():
        os.symlink(as_built(os.path.join(RUNFILES, path)), tmp_path / name)
        contexts.append(f"--build-context={name}=container-image://oci:{tmp_path}/{name}:latest")
    _run([*buildah, "build", "--isolation=chroot", *contexts, "--tag=hello", str(context)])
    _run([*buildah, "push", "hello", f"oci:{tmp_path}/hello:latest"])

    done = Container(str(tmp_path / "hello")).run()
    assert done.stdout == "Hello from Debian GNU/Linux 13 (trixie), as user 65532\n", done.stderr
    base = read_layout(os.path.join(RUNFILES, BASES["base"]))
    assert len(read_layout(str(tmp_path / "hello")).layers) == len(base.layers) + 1


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
