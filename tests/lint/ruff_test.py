"""All Python in the tree is clean under ruff: its rules, and its formatting."""

from __future__ import annotations

import glob
import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def ruff() -> str:
    # A wheel keeps its programs apart; an installer would put this one on the PATH.
    (program,) = [
        path
        for directory in sys.path
        for path in glob.glob(os.path.join(directory, "ruff-*.data", "scripts", "ruff"))
    ]
    return program


@pytest.mark.parametrize("command", ["check", "format --check --diff"])
def test_is_clean(ruff: str, command: str) -> None:
    done = subprocess.run(
        [ruff, *command.split(), "--no-cache", "."], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
