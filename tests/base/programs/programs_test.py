"""Each program does in an image what it does on a Debian that dpkg has configured."""

from __future__ import annotations

import json
import os
import re
import tempfile
from typing import Any

import pytest

from tests.container.container import Container

_RUNFILES = os.environ["RUNFILES_DIR"]
_PATIENCE = 120.0
FILES = {
    "g.dot": "digraph { a -> b }\n",
}
"""What commands find in /tmp."""


def _read_rows() -> dict[str, Any]:
    with open(os.path.join(_RUNFILES, os.environ["ROWS"]), encoding="utf-8") as stream:
        rows: dict[str, Any] = json.load(stream)
    return rows


ROWS = _read_rows()


@pytest.mark.parametrize("name", ROWS)
def test_program(name: str) -> None:
    workspace = os.environ["ROWS"].partition("/")[0]
    container = Container(os.path.join(_RUNFILES, workspace, ROWS[name]["image"]))
    for file, text in FILES.items():
        with open(os.path.join(container.root, "tmp", file), "w", encoding="ascii") as stream:
            stream.write(text)
    for command in ROWS[name]["commands"]:
        status, output = _run(container, command["command"])
        shown = f"{' '.join(command['command'])}: status {status}\n{output}"
        assert re.search(command["pattern"], output), shown
        assert status == command["status"], shown


def _run(container: Container, command: list[str]) -> tuple[int, str]:
    """The exit status, and what it printed on both streams."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = container.start(entrypoint=_found(container, command), output=log)
        try:
            return process.wait(_PATIENCE), _read(log.fileno())
        finally:
            process.kill()
            process.wait()


def _found(container: Container, command: list[str]) -> list[str]:
    """The command with the path of its program, which execvp(3) would look for outside."""
    if "/" in command[0]:
        return command
    for directory in ("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin"):
        if os.path.lexists(os.path.join(container.root, directory, command[0])):
            return [f"/{directory}/{command[0]}", *command[1:]]
    raise FileNotFoundError(f"{command[0]}: no program of that name in the image")


def _read(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode("utf-8", "replace")
