"""Does in an image what a row says, and reports differences."""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.container.container import Container

FILES = {
    "a.1": ".TH A 1\n.SH NAME\na \\- a program\n",
    "a.html": "<h1>hello</h1>\n",
    "a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8">'
    '<rect width="4" height="4"/></svg>\n',
    "a.tcl": "puts [expr {6 * 7}]\n",
    "a.tex": "\\documentclass{article}\\begin{document}hello\\end{document}\n",
    "a.txt": "hello\n",
    "a.xml": '<article xmlns="http://docbook.org/ns/docbook"><title>hello</title></article>\n',
    "a.yaml": "a: 1\n",
    "g.dot": "digraph { a -> b }\n",
    "h.c": '#include <stdio.h>\nint main(void) { puts("hello"); }\n',
}
"""What commands find in /tmp."""

_RUNFILES = os.environ.get("RUNFILES_DIR", "")
_PATIENCE = 120.0
_A_WHILE = 1.0
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def read_rows() -> dict[str, Any]:
    """Return the rows of the test, whose image and verdict are paths of files."""
    with open(os.path.join(_RUNFILES, os.environ["ROWS"]), encoding="utf-8") as stream:
        rows: dict[str, Any] = json.load(stream)
    workspace = os.environ["ROWS"].partition("/")[0]
    for row in rows.values():
        for key in ("image", "verdict"):
            row[key] = os.path.join(_RUNFILES, workspace, row[key])
    return rows


def problems(container: Container, commands: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what went otherwise than a row's commands say, with what they printed."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for file, text in FILES.items():
        Path(container.root, "tmp", file).write_text(text, encoding="ascii")
    for command in commands:
        container.config["User"] = _user(container, command["user"])
        with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
            try:
                process = container.start(
                    entrypoint=_found(container, command["command"]), output=log
                )
            except (FileNotFoundError, PermissionError) as error:
                yield f"{' '.join(command['command'])}: {error}"
                continue
            try:
                if "stays" in command:
                    yield from _serving(container, process, command, log.fileno())
                else:
                    yield from _ending(process, command, log.fileno())
            finally:
                process.kill()
                process.wait()
                _end_children()


def _ending(process: subprocess.Popen[str], command: dict[str, Any], log: int) -> Iterator[str]:
    try:
        status: int | str = process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        status = "none, it does not end"
    yield from _compared(command, status, _read(log))


def _compared(command: dict[str, Any], status: int | str, output: str) -> Iterator[str]:
    if status != command["status"] or not re.search(command["pattern"], output):
        yield f"{' '.join(command['command'])}: status {status}\n{output}"


def _serving(
    container: Container, process: subprocess.Popen[str], command: dict[str, Any], log: int
) -> Iterator[str]:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and not re.search(command["pattern"], _read(log)):
        if time.monotonic() > until:
            yield f"{' '.join(command['command'])}: is silent\n{_read(log)}"
            return
        time.sleep(0.05)
    time.sleep(_A_WHILE)
    if process.poll() is not None:
        yield f"{' '.join(command['command'])}: ends, status {process.returncode}\n{_read(log)}"
        return
    for each in command["then"]:
        done = container.execute(process, *_found(container, each["command"]))
        yield from _compared(each, done.returncode, done.stdout + done.stderr)


def _user(container: Container, name: str) -> str:
    """Return the numbers of an account of the image."""
    if not name:
        return "0:0"
    for line in Path(container.root, "etc/passwd").read_text(encoding="utf-8").splitlines():
        fields = line.split(":")
        if fields[0] == name:
            return f"{fields[2]}:{fields[3]}"
    raise FileNotFoundError(f"{name}: no account of that name in the image")


def _found(container: Container, command: list[str]) -> list[str]:
    """Return the command with the path of its program, which execvp(3) would look for outside."""
    if "/" in command[0]:
        return command
    for directory in ("usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin"):
        if os.path.lexists(os.path.join(container.root, directory, command[0])):
            return [f"/{directory}/{command[0]}", *command[1:]]
    raise FileNotFoundError(f"{command[0]}: no program of that name in the image")


def _end_children() -> None:
    """End what a command has left running: orphans are ours, by PR_SET_CHILD_SUBREAPER."""
    while children := list(_children()):
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _children() -> Iterator[int]:
    for directory in os.listdir("/proc"):
        if directory.isdecimal():
            try:
                # proc(5): the name, which may have any character, is in parentheses.
                status = Path("/proc", directory, "stat").read_text(encoding="latin-1")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(status.rpartition(")")[2].split()[1]) == os.getpid():
                yield int(directory)


def _read(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode("utf-8", "replace")
