"""How much a problem matters: whether anybody starts the file that has it. Pure functions on facts.

An image says what it is for: by its entrypoint, by the programs that a test names, and by the
packages that were asked for, which are those that no other package of the image depends on.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tools.debian.relation import parse_relations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tools.inspect.image_facts import ImageFacts
    from tools.inspect.problem import Problem
    from tools.layer.facts import Entry

RANKS = ("entrypoint", "program", "library", "other", "note")
"""What a problem is about, gravest first: what containers start, another program, an object that
programs load, a link or a script of somebody's own; a note says what need not be wrong."""

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Of runc and Docker."""

_VERSION = re.compile(r"[-.\d]*$")


class Standing:
    """What of an image is meant to be started."""

    def __init__(self, image: ImageFacts, programs: Sequence[str] = ()) -> None:
        """Look at an image; ``programs`` are names or paths of those that are meant to run."""
        self._image = image
        self._named = bool(programs)
        path = image.environment.get("PATH") or DEFAULT_PATH
        self.directories = {
            resolved
            for each in path.split(":")
            if (resolved := image.tree.resolve(each)) is not None
        }
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
        """The file that a name on PATH, or a path, leads to."""
        if "/" in name:
            return self._image.tree.file(posixpath.join(workdir, name))
        path = self._image.environment.get("PATH") or DEFAULT_PATH
        for directory in path.split(":"):
            found = self._image.tree.file(f"{directory}/{name}")
            if found and found["mode"] & 0o111:
                return found
        return None

    def rank(self, problem: Problem) -> Problem:
        """The problem with its rank."""
        if problem.rank:
            return problem
        return replace(problem, rank=self._rank(problem))

    def rank_of_program(self, path: str) -> str:
        """The rank of what a program lacks, wherever it is that it lacks it."""
        if path == self.entrypoint:
            return "entrypoint"
        if self._named and path not in self.started:
            return "note"
        return "program" if path in self.started or self._is_on_path(path) else "library"

    def _rank(self, problem: Problem) -> str:
        if problem.kind == "missing-entrypoint" or problem.path == self.entrypoint:
            return "entrypoint"
        if problem.path in self.started:
            return "program"
        entry = self._image.entries.get(problem.path, {})
        elf = entry.get("elf")
        if problem.kind == "missing-interpreter":
            return "program" if self._is_main(problem) else "note"
        if problem.kind == "dangling-link":
            return self._rank_of_link(problem)
        if elf is not None and ("interpreter" in elf or elf["type"] == "executable"):
            return self.rank_of_program(problem.path)
        return "library"

    def _rank_of_link(self, problem: Problem) -> str:
        """Packages have links to what others may bring; only some of them are missed."""
        directory, _, name = problem.path.rpartition("/")
        entry = self._image.entries[problem.path]
        if (
            self._image.packages.get(problem.origin) is None
            and entry.get("generated") != "configured"
        ):
            return "other"
        if self._is_on_path(problem.path) and not self._named:
            return "program" if self._is_main(problem) else "note"
        is_library = ".so." in name and directory.startswith("usr/lib")
        return "library" if is_library and directory.count("/") <= 2 else "note"

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        """The names on PATH of each file that has one, those of links to it included."""
        found: dict[str, set[str]] = {}
        for path, entry in self._image.entries.items():
            directory, _, name = path.rpartition("/")
            if directory in self.directories and entry["type"] != "directory":
                file = self._image.tree.file(path)
                for each in {path, file["path"] if file else path}:
                    found.setdefault(each, set()).add(name)
        return found

    def _is_on_path(self, path: str) -> bool:
        return path in self._names

    def _is_main(self, problem: Problem) -> bool:
        """Whether a script is what somebody wanted who asked for its package.

        It is if it bears the package's name, or if the package has no program that runs. What
        else it has (``bashbug`` of bash, ``c_rehash`` of openssl) is a matter of taste.
        """
        if self._named or not self._is_on_path(problem.path):
            return False
        package = self._image.packages.get(problem.origin)
        if package is None:
            return not self.entrypoint
        if package["name"] not in self.asked_for:
            return False
        own = {package["name"], package.get("source") or package["name"]}
        names = {_stem(each) for each in own} | {_stem(each.partition("-")[0]) for each in own}
        called = set(map(_stem, self._names[problem.path]))
        return bool(called & names) or problem.origin not in self._with_programs

    @cached_property
    def _with_programs(self) -> frozenset[str]:
        """Origins of programs on PATH that run; a link to one of another package is one."""
        return frozenset(
            entry.get("origin", "")
            for path, entry in self._image.entries.items()
            if path.rpartition("/")[0] in self.directories
            and (file := self._image.tree.file(path)) is not None
            and ("elf" in file or "shebang" in file)
            and not ("shebang" in file and self.lacks_interpreter(file["shebang"]))
        )

    def lacks_interpreter(self, shebang: str) -> str:
        """The program that a script lacks, or nothing."""
        program, _, argument = shebang.partition(" ")
        found = self._image.tree.file(program)
        if not found or not found["mode"] & 0o111:
            return program
        if program.rpartition("/")[2] != "env":
            return ""
        # env(1): options, NAME=VALUE, and the program to look for.
        words = [word for word in argument.split() if not word.startswith("-") and "=" not in word]
        found = self.find(words[0]) if words else found
        return "" if found and found["mode"] & 0o111 else words[0]

    @cached_property
    def asked_for(self) -> frozenset[str]:
        """Names of the packages that no other one depends on."""
        packages = self._image.packages
        wanted: set[str] = set()
        for name, package in packages.items():
            for group in parse_relations(package.get("depends") or ""):
                wanted.update(each.name for each in group if each.name != name)
        return frozenset(
            name
            for name, package in packages.items()
            if not wanted & {name, *_provided(package.get("provides") or "")}
        )


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The gravest first, then by path."""
    return sorted(problems, key=lambda each: (RANKS.index(each.rank), each.path, each.kind))


def _provided(text: str) -> Iterable[str]:
    return (relation.name for group in parse_relations(text) for relation in group)


def _stem(name: str) -> str:
    """A name without the version at its end: ``python3.13``, ``R``."""
    return _VERSION.sub("", name).lower()
