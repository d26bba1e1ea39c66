"""A page of files to write and commands to type, as steps that a test can do.

A fenced block with a ``title`` is a file of that name, or goes to its end. A ``console`` block has
lines that begin with ``$ ``, to be typed, and lines that these print; ``…`` matches anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class File:
    """What the reader writes to a file: all of it, or at its end."""

    path: str
    text: str
    append: bool = False

    def write(self, directory: Path) -> None:
        """Write it below a directory."""
        path = directory / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if self.append else "w", encoding="utf-8") as stream:
            stream.write(self.text)


@dataclass(frozen=True)
class Command:
    """What the reader types, and what is then printed; nothing is claimed if that is empty."""

    words: tuple[str, ...]
    output: str

    def printed(self, text: str) -> bool:
        """Return whether the page shows what was printed."""
        pattern = ".*".join(map(re.escape, self.output.split("…")))
        return re.fullmatch(pattern, text.strip(), re.DOTALL) is not None


_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def steps(page: str) -> list[File | Command]:
    """Return what a page asks for, in its order."""
    found: list[File | Command] = []
    for language, title, text in _BLOCK.findall(page):
        if title:
            path, _, where = title.partition(", ")
            found.append(File(path, text, append=where == "at its end"))
        elif language == "console":
            for typed in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                line, _, output = typed.partition("\n")
                found.append(Command(tuple(line.split()), output.strip()))
    return found
