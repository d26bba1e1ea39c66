"""Ranks problems: whether the file with the problem is started. Pure functions on facts.

An image says what it is for: by its entrypoint, by the programs that a test names, and by the
requested packages, which are those that no other package of the image depends on.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tools.layer.main_programs import MainPrograms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tools.inspect.image_facts import ImageFacts
    from tools.inspect.problem import Problem
    from tools.layer.facts import Entry

RANKS = ("entrypoint", "program", "library", "other", "note")
"""What a problem is about, gravest first: what containers start, another program, an object that
programs load, your own link or script; a note is about something that need not be wrong."""


class Standing:
    """The programs of an image that are meant to be started."""

    def __init__(self, image: ImageFacts, programs: Sequence[str] = ()) -> None:
        """Read an image; ``programs`` are names or paths of those that are meant to run."""
        self._image = image
        self._named = bool(programs)
        path = image.environment.get("PATH", "")
        self._programs = MainPrograms(image.entries, image.tree, image.packages, path)
        self.directories = self._programs.directories
        self.missing = [name for name in programs if self.find(name) is None]
        self.started = {
            found["path"] for name in programs if (found := self.find(name)) is not None
        }
        self.entrypoint = ""
        command = self.command
        if command and (found := self.find(command, image.run_config.get("WorkingDir") or "/")):
            self.entrypoint = found["path"]
            self.started.add(self.entrypoint)

    @cached_property
    def command(self) -> str:
        """The program that containers start, as the configuration has it; may be empty."""
        config = self._image.run_config
        words = config.get("Entrypoint") or config.get("Cmd") or [""]
        return str(words[0])

    def find(self, name: str, workdir: str = "/") -> Entry | None:
        """Return the file of a name on PATH, or of a path."""
        if "/" in name:
            return self._image.tree.file(posixpath.join(workdir, name))
        return self._programs.find(name)

    def rank(self, problem: Problem) -> Problem:
        """Return the problem with its rank."""
        if problem.rank:
            return problem
        return replace(problem, rank=self._rank(problem))

    def rank_of_program(self, path: str) -> str:
        """Return the rank of a problem of a program or of its libraries."""
        if path == self.entrypoint:
            return "entrypoint"
        if self._named and path not in self.started:
            return "note"
        return "program" if path in self.started or self._programs.is_on_path(path) else "library"

    def _rank(self, problem: Problem) -> str:
        if problem.kind == "missing-entrypoint" or problem.path == self.entrypoint:
            return "entrypoint"
        if problem.path in self.started:
            return "program"
        entry = self._image.entries.get(problem.path, {})
        elf = entry.get("elf")
        if problem.kind in {"missing-command", "missing-interpreter"}:
            return "program" if self._is_main(problem.path, problem.origin) else "note"
        if problem.kind == "dangling-link":
            return self._rank_of_link(problem)
        if elf is not None and ("interpreter" in elf or elf["type"] == "executable"):
            return self.rank_of_program(problem.path)
        return "library"

    def _rank_of_link(self, problem: Problem) -> str:
        """Return whether a dangling link of a package matters: some point to optional packages."""
        directory, _, name = problem.path.rpartition("/")
        entry = self._image.entries[problem.path]
        if (
            self._image.packages.get(problem.origin) is None
            and entry.get("generated") != "configured"
        ):
            return "other"
        if self._programs.is_on_path(problem.path) and not self._named:
            return "program" if self._is_main(problem.path, problem.origin) else "note"
        is_library = ".so." in name and directory.startswith("usr/lib")
        return "library" if is_library and directory.count("/") <= 2 else "note"

    def is_meant_to_run(self, path: str, origin: str) -> bool:
        """Return whether a script is the entrypoint, named, or a main program of a package."""
        if path in self.started:
            return True
        return not self._named and self._programs.is_main(path, origin)

    def is_asked_for(self, origin: str) -> bool:
        """Return whether a package was requested, and no programs by name."""
        return not self._named and origin in self._programs.asked_for

    def _is_main(self, path: str, origin: str) -> bool:
        """Return whether a program is a main program of its package, or your own."""
        if self._named or not self._programs.is_on_path(path):
            return False
        if origin not in self._image.packages:
            return not self.entrypoint
        return self._programs.is_main(path, origin)

    def lacks_interpreter(self, shebang: str) -> str:
        """Return the program that a script lacks, or an empty string."""
        return self._programs.lacks_interpreter(shebang)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return the gravest first, then by path."""
    return sorted(problems, key=lambda each: (RANKS.index(each.rank), each.path, each.kind))
