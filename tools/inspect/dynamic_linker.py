"""Finds shared libraries in an image as the dynamic loader of a container would, from facts alone.

ld.so(8) of glibc, with Debian's multiarch directories, and musl's loader. Libraries of
``glibc-hwcaps`` directories are ignored: a CPU may lack what they need, so the baseline must be
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.debian.abi import abi_of
from tools.layer.ld_so_cache_fragment import PATH as CACHE
from tools.layer.tree import Tree
from tools.layer.whiteouts import merge_layers
from tools.layer.writers.ld_so_cache import find_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.inspect.image_facts import ImageFacts
    from tools.layer.elf import Elf
    from tools.layer.facts import Entry

_MUSL_DIRECTORIES = ("lib", "usr/local/lib", "usr/lib")
_MUSL_ITSELF = ("libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet.")


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """An ELF object of an image.

    Attributes:
        path: where it is, free of links.
        found_as: where the loader found it; ``$ORIGIN`` is the directory of this.
        entry: its facts, with "elf" and "origin".
    """

    path: str
    found_as: str
    entry: Entry

    @property
    def elf(self) -> Elf:
        """The facts of ``parse_elf``."""
        return self.entry["elf"]

    @property
    def origin(self) -> str:
        """Its package or target."""
        return self.entry.get("origin", "")


class DynamicLinker:
    """The loader's view of an image."""

    def __init__(self, image: ImageFacts) -> None:
        """Read the facts of ``image``.

        Raises:
            PlinthError: its architecture is none of Debian's.
        """
        self.abi = abi_of(image.architecture)
        self._tree = image.tree
        self._library_path = _directories(image.environment.get("LD_LIBRARY_PATH", ""))
        self._cache = self._read_cache(image)
        self._triplet = self.abi.triplet
        self.default_directories = (
            f"lib/{self._triplet}", f"usr/lib/{self._triplet}", "lib", "usr/lib",
        )  # fmt: skip
        self._looked_up: dict[str, Object | None] = {}

    def object(self, path: str) -> Object | None:
        """Return the object that a path leads to, if it is one of this architecture."""
        if path not in self._looked_up:
            self._looked_up[path] = self._look_up(path)
        return self._looked_up[path]

    def find(self, name: str, chain: Sequence[Object], *, musl: bool = False) -> Object | None:
        """Find what a ``NEEDED`` entry names.

        Args:
            name: the entry.
            chain: the object that has it, the one that needs that, and so on up to the program.
            musl: whether the program is for musl's loader.
        """
        if "/" in name:
            return self.object(self._expand(name, chain[0]))
        directories = self._musl(chain) if musl else self._before_cache(chain)
        for directory in directories:
            found = self.object(f"{directory}/{name}")
            if found:
                return found
        if musl:
            return None
        if name in self._cache:
            return self._cache[name]
        for directory in self.default_directories:
            found = self.object(f"{directory}/{name}")
            if found:
                return found
        return self._loader(name)

    def _before_cache(self, chain: Sequence[Object]) -> Iterator[str]:
        runpath = chain[0].elf.get("runpath")
        if runpath is None:
            # ld.so(8): DT_RPATH of the object and of those that loaded it, unless they have their
            # own DT_RUNPATH.
            for item in chain:
                if "rpath" in item.elf and "runpath" not in item.elf:
                    yield from self._expanded(item.elf["rpath"], item)
        yield from self._library_path
        if runpath is not None:
            yield from self._expanded(runpath, chain[0])

    def _musl(self, chain: Sequence[Object]) -> Iterator[str]:
        yield from self._library_path
        for item in chain:
            yield from self._expanded(item.elf.get("runpath") or item.elf.get("rpath") or "", item)
        yield from _MUSL_DIRECTORIES
        yield "usr/lib/" + self._triplet.replace("-gnu", "-musl")

    def _expanded(self, path: str, item: Object) -> Iterator[str]:
        for directory in path.split(":"):
            expanded = self._expand(directory, item)
            if expanded.startswith("/"):  # anything else depends on the working directory
                yield expanded[1:]

    def _expand(self, path: str, item: Object) -> str:
        # ld.so(8), "Dynamic string tokens"; $LIB is Debian's.
        origin = "/" + item.found_as.rpartition("/")[0]
        for token, value in (
            ("ORIGIN", origin), ("LIB", f"lib/{self._triplet}"),
            ("PLATFORM", self._triplet.partition("-")[0]),
        ):  # fmt: skip
            path = path.replace("${" + token + "}", value).replace("$" + token, value)
        return path

    def _loader(self, name: str) -> Object | None:
        """Return the loader itself, which is always loaded."""
        return self.object(self.abi.loader) if self.abi.loader.endswith("/" + name) else None

    def _look_up(self, path: str) -> Object | None:
        resolved = self._tree.resolve(path)
        entry = self._tree.file(resolved) if resolved is not None else None
        if resolved is None or entry is None or not self.abi.fits(entry.get("elf") or _NO_ELF):
            return None
        return Object(entry["path"], path.strip("/"), entry)

    def _read_cache(self, image: ImageFacts) -> dict[str, Object]:
        """Return the libraries of ld.so.cache: those of the layers up to the one that has it."""
        top = [
            number
            for number, layer in enumerate(image.layers)
            if any(entry["path"] == CACHE for entry in layer["entries"])
        ]
        if not top or CACHE not in image.entries:
            return {}
        known = merge_layers(image.layers[: top[-1] + 1])
        libraries, _ = find_libraries(Tree(({"entries": list(known.values())},)))
        cache: dict[str, Object] = {}
        for library in libraries:
            found = None if library.hwcaps else self._look_up(library.path)
            if found:
                cache.setdefault(library.soname, found)
        return cache


def is_part_of_musl(name: str) -> bool:
    """Return whether a ``NEEDED`` entry means musl's loader itself."""
    return name.startswith(_MUSL_ITSELF)


def _directories(path: str) -> list[str]:
    # Colons or semicolons separate; relative paths depend on the working directory.
    parts = path.replace(";", ":").split(":")
    return [part[1:] for part in parts if part.startswith("/")]


_NO_ELF = {"class": 0, "endian": "", "machine": 0, "flags": 0}
