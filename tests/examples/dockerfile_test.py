"""A Plinth base under an ordinary Dockerfile, built by buildah."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.container.owned_container import OwnedContainer
from tests.container.rootfs import as_built, read_layout

RUNFILES = os.environ["RUNFILES_DIR"]
SETTINGS = {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}
# Its default is more than root may have in a container.
LIMITS = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=8192:8192")


@pytest.mark.skipif(os.geteuid() != 0, reason="building with buildah takes root")
def test_builds_and_runs() -> None:
    buildah = OwnedContainer(layout("buildah"))
    work = Path(buildah.root, "build")
    contexts = []
    for name in ("builder", "base"):
        shutil.copytree(layout(name), work / name)
        contexts.append(f"--build-context={name}=container-image://oci:/build/{name}:latest")
    for name in ("Dockerfile", "hello.py"):
        shutil.copy(f"examples/dockerfile/{name}", work)
    run(buildah, "build", *LIMITS, *contexts, "--tag=hello", "/build")
    run(buildah, "push", "hello", "oci:/build/hello:latest")

    done = Container(str(work / "hello")).run()
    assert done.stdout == "Hello from Debian GNU/Linux 13 (trixie), as user 65532\n", done.stderr
    layers = len(read_layout(layout("base")).layers)
    assert len(read_layout(str(work / "hello")).layers) == layers + 1


def layout(name: str) -> str:
    """Return the layout directory of an image."""
    return as_built(os.path.join(RUNFILES, os.environ[name.upper()]))


def run(buildah: OwnedContainer, *arguments: str) -> None:
    """Run buildah to its end."""
    process = buildah.start(*arguments, environment=SETTINGS)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, output + errors
