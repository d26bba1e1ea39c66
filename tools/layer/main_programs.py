"""Finds the main programs of an image: those with the name of a requested package.

The requested packages are those that no other package of the image depends on.
"""

from __future__ import annotations

import re
from functools import cached_property

from tools.debian.relation import parse_relations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tools.layer.facts import Entry
    from tools.layer.tree import Tree

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""The default PATH of runc and Docker."""

_VERSION = re.compile(r"[-.\d]*$")
_SHORTEST_STEM = 3


class MainPrograms:
    """The programs on an image's PATH, and which of them are main programs.

    Attributes:
        directories: those of PATH, without links in them.
        asked_for: names of the packages that no other one depends on.
    """

    def __init__(
        self,
        entries: Mapping[str, Entry],
        tree: Tree,
        packages: Mapping[str, Mapping[str, Any]],
        path: str,
    ) -> None:
        """Read an image.

        Args:
            entries: what containers see, by path.
            tree: the same, with links followed.
            packages: those of the image, by name.
            path: the variable PATH of containers; may be empty.
        """
        self._entries, self._tree, self._packages = entries, tree, packages
        self.asked_for = asked_for(packages)
        self._path = (path or DEFAULT_PATH).split(":")
        self.directories = {
            resolved for each in self._path if (resolved := tree.resolve(each)) is not None
        }

    def find(self, name: str) -> Entry | None:
        """Return the program of a name on PATH."""
        for directory in self._path:
            found = self._tree.file(f"{directory}/{name}")
            if found and found["mode"] & 0o111:
                return found
        return None

    def is_on_path(self, path: str) -> bool:
        """Return whether a file, or a link to it, is a program on PATH."""
        return path in self._names

    def is_main(self, path: str, origin: str) -> bool:
        """Return whether a program is a main program of its package.

        It is if it has the package's name, or if no program of the package runs and the package is
        not a library's. A program of another package is if it has the name of a requested package,
        which only depends on others (``gap``). Other programs (``bashbug`` of bash, ``c_rehash`` of
        openssl) are optional.
        """
        package = self._packages.get(origin)
        if package is not None and self._names.get(path, set()) & self.asked_for:
            return True
        if package is None or package["name"] not in self.asked_for or not self.is_on_path(path):
            return False
        own = {package["name"], package.get("source") or package["name"]}
        names = {_stem(each) for each in own} | {_stem(each.partition("-")[0]) for each in own}
        called = set(map(_stem, self._names[path]))
        return (
            bool(called & names)
            # ``erl`` of erlang-base
            or any(
                len(short) >= _SHORTEST_STEM and long.startswith(short)
                for short in called
                for long in names
            )
            or (origin not in self._with_programs and not origin.startswith("lib"))
        )

    def lacks_interpreter(self, shebang: str) -> str:
        """Return the program that a script lacks, or an empty string."""
        program, _, argument = shebang.partition(" ")
        found = self._tree.file(program)
        if not found or not found["mode"] & 0o111:
            return program
        if program.rpartition("/")[2] != "env":
            return ""
        # env(1): options, NAME=VALUE, and the program to look for.
        words = [word for word in argument.split() if not word.startswith("-") and "=" not in word]
        found = self.find(words[0]) if words else found
        return "" if found and found["mode"] & 0o111 else words[0]

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        """Return the names on PATH of each file that has one, including those of links to it."""
        found: dict[str, set[str]] = {}
        for path, entry in self._entries.items():
            directory, _, name = path.rpartition("/")
            if directory in self.directories and entry["type"] != "directory":
                file = self._tree.file(path)
                for each in {path, file["path"] if file else path}:
                    found.setdefault(each, set()).add(name)
        return found

    @cached_property
    def _with_programs(self) -> frozenset[str]:
        """Return the origins of programs on PATH, also of those that are links to others."""
        return frozenset(
            entry.get("origin", "")
            for path, entry in self._entries.items()
            if path.rpartition("/")[0] in self.directories
            and (file := self._tree.file(path)) is not None
            and ("elf" in file or "shebang" in file)
            and not ("shebang" in file and self.lacks_interpreter(file["shebang"]))
        )


def asked_for(packages: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """Return the names of the packages of an image that no other one depends on."""
    wanted: set[str] = set()
    for name, package in packages.items():
        for group in parse_relations(package.get("depends") or ""):
            wanted.update(each.name for each in group if each.name != name)
    return frozenset(
        name
        for name, package in packages.items()
        if not wanted & {name, *_provided(package.get("provides") or "")}
    )


def _provided(text: str) -> Iterable[str]:
    return (relation.name for group in parse_relations(text) for relation in group)


def _stem(name: str) -> str:
    """Return a name without the version at its end: ``python3.13``, ``R``."""
    return _VERSION.sub("", name).lower()
