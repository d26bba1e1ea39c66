"""The closure of an image: everything that its programs need is in it. Pure functions on facts.

Programs are followed as the dynamic loader follows them. Other shared objects are taken one by
one; what they need may have been loaded already by whoever opens them, so it need only be there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.inspect.abi import name_abi
from tools.inspect.closure_files import check_entrypoint, check_links, check_scripts
from tools.inspect.closure_messages import (
    absent_library,
    loader_problem,
    unfound_library,
    versions_problem,
    wrong_architecture,
)
from tools.inspect.dynamic_linker import DynamicLinker, Object, is_part_of_musl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.inspect.image_facts import ImageFacts
    from tools.inspect.problem import Problem


@dataclass(frozen=True)
class Closure:
    """What was checked, and what is missing.

    Attributes:
        problems: by path.
        assumed: (path, library) for shared objects that find a library only if the program that
            opens them has loaded it.
        counts: how many of each were looked at.
    """

    problems: list[Problem] = field(default_factory=list)
    assumed: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def check_closure(image: ImageFacts) -> Closure:
    """Check an image.

    Raises:
        PlinthError: facts are missing, or the architecture is none of Debian's.
    """
    image.require_facts("a check of the closure")
    check = _ElfCheck(image)
    problems = [*check.run(), *check_scripts(image), *check_links(image), *check_entrypoint(image)]
    entries = image.entries.values()
    return Closure(
        problems=sorted(problems, key=lambda problem: (problem.path, problem.kind)),
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

    def __init__(self, image: ImageFacts) -> None:
        self.image = image
        self.linker = DynamicLinker(image)
        self.objects: list[Object] = []
        self.assumed: set[tuple[str, str]] = set()
        self._told: set[tuple[str, str]] = set()
        self._visited: set[str] = set()
        self._by_name: dict[str, Object] = {}

    def run(self) -> Iterator[Problem]:
        for entry in self.image.entries.values():
            if "elf" not in entry:
                continue
            found = self.linker.object(entry["path"])
            if found is None:
                yield wrong_architecture(entry, name_abi(entry["elf"]), self.linker.abi.name)
            else:
                self.objects.append(found)
        for item in self.objects:
            self._by_name.setdefault(item.elf.get("soname", ""), item)
        for entry in self.image.entries.values():
            # Also under the names of links and of files whose soname is another one.
            found = self.linker.object(entry["path"]) if _looks_like_library(entry) else None
            if found:
                self._by_name.setdefault(entry["path"].rpartition("/")[2], found)
        for item in self.objects:
            if "interpreter" in item.elf:
                yield from self._program(item)
        for item in self.objects:
            if item.path not in self._visited:
                yield from self._library(item)

    def _program(self, program: Object) -> Iterator[Problem]:
        loader = self.linker.object(program.elf["interpreter"])
        if loader is None:
            # The first thing to mend; with no C library, what else is missing says little.
            self._visited.add(program.path)
            yield loader_problem(program, self.linker.abi, self.image.entries)
            return
        musl = "/ld-musl-" in program.elf["interpreter"]
        loaded = {loader.elf.get("soname", ""): loader, program.elf.get("soname", ""): program}
        queue: list[tuple[Object, tuple[Object, ...]]] = [(program, (program,))]
        done = {program.path, loader.path}
        for item, chain in queue:  # breadth first, as the loader does; it grows while we go
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
                if found is None:
                    yield from self._missing(item, name, None)
                    continue
                self.assumed.add((item.path, name))
            loaded[name] = found
        yield from self._versions(item, loaded)

    def _missing(self, item: Object, name: str, program: Object | None) -> Iterator[Problem]:
        if self._once(item, name):
            elsewhere = self._by_name.get(name)
            if elsewhere is None:
                yield absent_library(item, name, program, self.image.packages)
            else:
                yield unfound_library(item, name, program, elsewhere, self.linker)

    def _versions(self, item: Object, loaded: dict[str, Object]) -> Iterator[Problem]:
        for file, versions in item.elf.get("versions_needed", {}).items():
            provider = loaded.get(file)
            defined = provider.elf.get("versions_defined") if provider else None
            if not provider or not defined:
                continue  # missing is said already; without versions the loader only warns
            missing = [version for version in versions if version not in defined]
            if missing and self._once(item, f"{file} {provider.path}"):
                package = self.image.packages.get(provider.origin)
                yield versions_problem(item, file, missing, provider, package)

    def _once(self, item: Object, what: str) -> bool:
        key = (item.path, what)
        new = key not in self._told
        self._told.add(key)
        return new


def _looks_like_library(entry: dict[str, object]) -> bool:
    return ".so" in str(entry["path"]).rpartition("/")[2]
