"""Checks the closure of an image: everything that its programs need is in it.

Pure functions on facts. Programs are followed as the dynamic loader follows them. Other shared
objects, such as plug-ins and extension modules, are checked one by one. They must find what they
need as well, unless the program that opens them has loaded it: what is in the same package or
directory tree, or what a program loads.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tools.debian.abi import name_abi
from tools.inspect.closure_files import (
    check_commands,
    check_configuration,
    check_entrypoint,
    check_links,
    check_pam,
    check_scripts,
    check_shell,
)
from tools.inspect.closure_java import check_java
from tools.inspect.closure_messages import (
    absent_library,
    is_optional,
    loader_problem,
    unfound_library,
    versions_problem,
    wrong_architecture,
)
from tools.inspect.closure_node import check_node
from tools.inspect.closure_opened import check_opened
from tools.inspect.closure_python import check_python
from tools.inspect.closure_standing import Standing, in_order
from tools.inspect.dynamic_linker import DynamicLinker, Object, is_part_of_musl
from tools.inspect.loaded_by_name import check_loaded_by_name
from tools.inspect.node_addons import for_this_platform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.inspect.image_facts import ImageFacts
    from tools.inspect.problem import Problem
    from tools.layer.facts import Entry

_SHARED = frozenset(
    (
        "", "lib", "opt", "srv", "usr", "usr/lib", "usr/lib/python3", "usr/libexec", "usr/local",
        "usr/local/lib", "usr/share",
    )
)  # fmt: skip
"""Directories whose content is not related."""

_DATA = ("usr/share/", "usr/lib/debug/", "usr/lib/firmware/")


@dataclass(frozen=True)
class Closure:
    """What was checked, and what is missing.

    Attributes:
        problems: the gravest first.
        notes: findings that need not be wrong.
        assumed: (path, library) for shared objects that find a library only if the program that
            opens them has loaded it.
        counts: how many of each were checked.
    """

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    assumed: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def check_closure(image: ImageFacts, programs: Sequence[str] = ()) -> Closure:
    """Check an image.

    Args:
        image: the image.
        programs: names or paths of the programs that are meant to run, in addition to the
            entrypoint; if none is given, all are.

    Raises:
        PlinthError: facts are missing, or the architecture is none of Debian's.
    """
    image.require_facts("a check of the closure")
    standing = Standing(image, programs)
    check = _ElfCheck(image, standing)
    found = [
        *check.run(),
        *check_scripts(image, standing),
        *check_commands(image, standing),
        *check_shell(image, standing),
        *check_links(image),
        *check_entrypoint(image, standing),
        *check_loaded_by_name(image, check.objects),
        *check_opened(image),
        *check_python(image),
        *check_node(image),
        *check_java(image),
        *check_pam(image, standing),
        *check_configuration(image),
    ]
    ranked = in_order(standing.rank(for_this_platform(image, problem)) for problem in found)
    entries = image.entries.values()
    return Closure(
        problems=[problem for problem in ranked if problem.rank != "note"],
        notes=[problem for problem in ranked if problem.rank == "note"],
        assumed=sorted(check.assumed),
        counts={
            "objects": len(check.objects),
            "programs": sum("interpreter" in item.elf for item in check.objects),
            "scripts": sum("shebang" in entry for entry in entries),
            "links": sum(entry["type"] == "symlink" for entry in entries),
        },
    )


class _ElfCheck:
    """Follows every ELF object of an image."""

    def __init__(self, image: ImageFacts, standing: Standing) -> None:
        self.image = image
        self.standing = standing
        self.linker = DynamicLinker(image)
        self.objects: list[Object] = []
        self.assumed: set[tuple[str, str]] = set()
        self._told: set[tuple[str, str]] = set()
        self._visited: set[str] = set()
        self._by_name: dict[str, Object] = {}

    def run(self) -> Iterator[Problem]:
        """Every problem of ELF objects; without a rank, it has that of the object's path."""
        foreign = []
        for entry in self.image.entries.values():
            if "elf" not in entry:
                continue
            found = self.linker.object(entry["path"])
            if found is None:
                foreign.append(entry)
            else:
                self.objects.append(found)
        for entry in foreign:
            problem = wrong_architecture(entry, name_abi(entry["elf"]), self.linker.abi.name)
            yield replace(problem, rank="note") if self._is_deliberate(entry) else problem
        for item in self.objects:
            self._by_name.setdefault(item.elf.get("soname", ""), item)
        for entry in self.image.entries.values():
            # Also under the names of links, and of files with another soname.
            found = self.linker.object(entry["path"]) if _looks_like_library(entry) else None
            if found:
                self._by_name.setdefault(entry["path"].rpartition("/")[2], found)
        # Programs that are meant to run come first, so that their problems are reported for them.
        programs = [item for item in self.objects if "interpreter" in item.elf]
        for item in sorted(programs, key=lambda item: item.path not in self.standing.started):
            rank = self.standing.rank_of_program(item.path)
            yield from (replace(found, rank=rank) for found in self._program(item))
        for item in self.objects:
            if item.path not in self._visited:
                yield from self._library(item)

    def _program(self, program: Object) -> Iterator[Problem]:
        loader = self.linker.object(program.elf["interpreter"])
        if loader is None:
            # Report this first; without a C library, other missing libraries say little.
            self._visited.add(program.path)
            yield loader_problem(program, self.linker.abi, self.image.entries)
            return
        musl = "/ld-musl-" in program.elf["interpreter"]
        loaded = {loader.elf.get("soname", ""): loader, program.elf.get("soname", ""): program}
        queue: list[tuple[Object, tuple[Object, ...]]] = [(program, (program,))]
        done = {program.path, loader.path}
        for (
            item,
            chain,
        ) in queue:  # breadth first, as the loader does; it grows in the loop
            self._visited.add(item.path)
            for name in item.elf.get("needed", ()):
                if name in loaded or (musl and is_part_of_musl(name)):
                    continue
                found = self.linker.find(name, chain, musl=musl)
                if found is None:
                    yield from self._missing(item, name, program)
                    continue
                loaded[name] = found
                loaded.setdefault(found.elf.get("soname", name), found)
                if found.path not in done:
                    done.add(found.path)
                    queue.append((found, (found, *chain)))
        for item, _ in queue:
            yield from self._versions(item, loaded)

    def _library(self, item: Object) -> Iterator[Problem]:
        loaded: dict[str, Object] = {}
        for name in item.elf.get("needed", ()):
            found = self.linker.find(name, (item,))
            if found is None:
                found = self._by_name.get(name)
                if found is None or not self._is_loaded_before(item, found):
                    for problem in self._missing(item, name, None):
                        optional = found is None and is_optional(item, name, self.image)
                        yield replace(problem, rank="note") if optional else problem
                    continue
                self.assumed.add((item.path, name))
            loaded[name] = found
        yield from self._versions(item, loaded)

    def _is_loaded_before(self, item: Object, library: Object) -> bool:
        """Return whether the opener of an object can be expected to have loaded a library."""
        return (
            library.path in self._visited
            or item.origin == library.origin
            or _share_directory(item.path, library.path)
        )

    def _is_deliberate(self, entry: Entry) -> bool:
        """Return whether an object for another architecture is there on purpose.

        So is data, such as firmware; one of several builds of one file, as packages of npm have
        them; and what a Debian package of this architecture has off the paths of programs and
        libraries, such as static programs for the CPU's other modes.
        """
        path, origin = entry["path"], entry.get("origin")
        directory, _, name = path.rpartition("/")
        if path.startswith(_DATA) or any(
            item.origin == origin and item.path.rpartition("/")[2] == name for item in self.objects
        ):
            return True
        searched = {*self.linker.default_directories, *self.standing.directories}
        return origin in self.image.packages and directory not in searched

    def _missing(self, item: Object, name: str, program: Object | None) -> Iterator[Problem]:
        if self._once(item, name):
            elsewhere = self._by_name.get(name)
            if elsewhere is None:
                yield absent_library(item, name, program, self.image)
            else:
                yield unfound_library(item, name, program, elsewhere, self.linker)

    def _versions(self, item: Object, loaded: dict[str, Object]) -> Iterator[Problem]:
        for file, versions in item.elf.get("versions_needed", {}).items():
            provider = loaded.get(file)
            defined = provider.elf.get("versions_defined") if provider else None
            if not provider or not defined:
                continue  # already reported; without versions the loader only warns
            missing = [version for version in versions if version not in defined]
            if missing and self._once(item, f"{file} {provider.path}"):
                package = self.image.packages.get(provider.origin)
                yield versions_problem(item, file, missing, provider, package)

    def _once(self, item: Object, what: str) -> bool:
        key = (item.path, what)
        new = key not in self._told
        self._told.add(key)
        return new


def _share_directory(one: str, other: str) -> bool:
    """Return whether two files are in one directory tree that is not the system's."""
    common = os.path.commonpath([os.path.dirname(one), os.path.dirname(other)])
    name = common.rpartition("/")[2]
    return common not in _SHARED and not name.endswith("-linux-gnu") and not (
        # Debian's; an environment of wheels is a separate tree, and names what it loads.
        common.startswith("usr/lib/python3") and name in {"dist-packages", "lib-dynload"}
    )  # fmt: skip


def _looks_like_library(entry: Entry) -> bool:
    return ".so" in str(entry["path"]).rpartition("/")[2]
