"""Starts the programs of Debian's packages that debian_program.bzl hands to tests."""

from __future__ import annotations

import os


def debian_program(name: str) -> list[str]:
    """The command that starts a program, through the dynamic loader that came with it."""
    loader, program = (
        os.path.join(os.environ["RUNFILES_DIR"], os.environ[f"{name.upper()}_{part}"])
        for part in ("LOADER", "PROGRAM")
    )
    return [loader, "--library-path", os.path.dirname(loader), program]
