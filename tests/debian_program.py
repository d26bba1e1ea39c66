"""Starts the programs of Debian's packages that debian_program.bzl hands to tests."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def debian_program(name: str) -> list[str]:
    """Return the command that starts a program, through the dynamic loader that came with it."""
    if "RUNFILES_DIR" not in os.environ:
        pytest.skip(f"{name} is pinned: run this with Bazel")
    loader, program = (
        os.path.join(os.environ["RUNFILES_DIR"], os.environ[f"{name.upper()}_{part}"])
        for part in ("LOADER", "PROGRAM")
    )
    return [loader, "--library-path", os.path.dirname(loader), program]


def debian_program_script(name: str, directory: Path, **environment: str) -> str:
    """Return a script of the program's name in a directory, for what starts programs by one path.

    Args:
        name: the program.
        directory: where to write the script.
        environment: variables that the program needs.

    Returns:
        The path of the script.
    """
    script = directory / name
    variables = "".join(f"{key}={shlex.quote(value)} " for key, value in environment.items())
    script.write_text(f'#!/bin/sh\n{variables}exec {shlex.join(debian_program(name))} "$@"\n')
    script.chmod(0o755)
    return str(script)
