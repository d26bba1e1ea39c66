"""The containers of a test's images, and what they are given."""

from __future__ import annotations

import os
import shutil
import tarfile

import pytest

from tests.container.container import Container
from tools.debian.abi import abi_of

CERTIFICATES = "tests/examples/python/testdata"
"""An authority, and a server on localhost with its certificate."""


def open_container(variable: str = "IMAGE") -> Container:
    """Unpack the image whose layout an environment variable names, if it can be run here."""
    container = Container(os.path.join(os.environ["RUNFILES_DIR"], os.environ[variable]))
    _skip_what_cannot_run_here(container)
    return container


def give(container: Container, *paths: str) -> None:
    """Copy files into the container's /tmp."""
    for path in paths:
        shutil.copy(path, os.path.join(container.root, "tmp", os.path.basename(path)))


def give_certificates(container: Container) -> None:
    """Copy server.pem and authority.pem into the container's /tmp."""
    give(container, f"{CERTIFICATES}/server.pem", f"{CERTIFICATES}/authority.pem")


def give_from_layer(container: Container, variable: str, name: str) -> None:
    """Copy a file out of the layer that an environment variable names into the container's /tmp."""
    layer = os.path.join(os.environ["RUNFILES_DIR"], os.environ[variable])
    with tarfile.open(layer) as archive:
        member = archive.getmember(name)
        member.name = os.path.basename(name)
        archive.extract(member, os.path.join(container.root, "tmp"), filter="tar")


def _skip_what_cannot_run_here(container: Container) -> None:
    architecture = os.environ.get("ARCHITECTURE", "")
    if not architecture:
        return
    for program in (abi_of(architecture).loader, "/busybox/busybox"):
        if os.path.exists(container.root + program):
            try:
                container.run("--help", entrypoint=[program])
            except OSError:
                # Flag F: the emulator is opened once, and found in every root.
                pytest.skip(
                    f"no programs for {architecture} run here: "
                    "register qemu-user with binfmt_misc, flag F"
                )
