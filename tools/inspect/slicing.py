"""Finds the files of packages that an application does not need. Pure functions on facts.

It starts from the files that are used, by a trace or by reachability. It adds what those need:
libraries, interpreters of scripts, links. A slice drops the rest of the packages.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING

from tools.debian.abi import abi_of
from tools.inspect.dynamic_linker import DynamicLinker
from tools.layer.merged_usr import ALIASES
from tools.layer.path_policy import PathPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.inspect.image_facts import ImageFacts

ALWAYS: tuple[str, ...] = (
    # Licences, the record of what is installed, accounts, authorities, time zones.
    "etc/**",
    "usr/lib/os-release",
    "usr/lib/ssl/**",
    "usr/share/doc/**",
    "usr/share/zoneinfo/**",
    "var/**",
)
"""Globs of files that are kept although no trace shows them."""

LOADED_BY_NAME = {"libc.so.6": ("libgcc_s.so.1",)}
"""Files that libraries open late: glibc, to unwind a thread that ends or is cancelled."""

_MAGIC = "*?["
# A directory that loses so many files, and so many times those it keeps, becomes one glob.
_MANY, _FEW = 12, 4


def needed_files(
    image: ImageFacts, used: Iterable[str], always: Iterable[str] = ALWAYS
) -> set[str]:
    """Return the files that must stay with those in ``used``.

    Args:
        image: the image; the entrypoint counts as used.
        used: paths; those that are not in the image are ignored.
        always: globs of files that always stay.

    Returns:
        Paths of files and links.
    """
    linker = DynamicLinker(image)
    kept = PathPolicy([{"omit": ["**"], "keep": list(always)}])
    pending = [path for path in image.entries if kept.keeps(path)]
    pending += map(_source, used)
    command = image.run_config.get("Entrypoint") or image.run_config.get("Cmd") or []
    pending += command[:1]
    needed: set[str] = set()
    while pending:
        path = image.tree.resolve(pending.pop())
        entry = image.entries.get(path) if path is not None else None
        if path is None or entry is None or path in needed or entry["type"] == "directory":
            continue
        needed.add(path)
        if entry["type"] == "hardlink":
            pending.append(entry["target"])
        if "shebang" in entry:
            pending.append(entry["shebang"].split(" ")[0])
        pending += _libraries(linker, path)
    return needed | _links(image, needed)


def slice_globs(image: ImageFacts, needed: set[str]) -> tuple[list[str], list[str]]:
    """Return the globs of a path policy that keeps only ``needed`` of the packages.

    A directory that loses all files becomes one glob. So does one that keeps a few files, which are
    kept by name. Other files are dropped one by one, so that new files of an update are not dropped
    unseen.

    Returns:
        Globs to omit and globs to keep, sorted.
    """
    unneeded: list[str] = []
    others: list[str] = []
    for path, entry in image.entries.items():
        if entry["type"] != "directory":
            of_package = entry.get("origin") in image.packages
            (unneeded if of_package and path not in needed else others).append(path)
    busy = {parent for path in others for parent in _parents(path)}
    whole = {
        free[-1] for path in unneeded if (free := [p for p in _parents(path) if p not in busy])
    }
    singles = [path for path in unneeded if whole.isdisjoint(_parents(path))]
    left = Counter(posixpath.dirname(path) for path in others)
    gone = Counter(posixpath.dirname(path) for path in singles)
    emptied = {
        folder
        for folder, count in gone.items()
        if count >= _MANY and left[folder] * _FEW <= count and folder
    }
    omit = {f"{_literal(folder)}/**" for folder in whole}
    omit |= {f"{_literal(folder)}/*" for folder in emptied}
    omit |= {_literal(path) for path in singles if posixpath.dirname(path) not in emptied}
    keep = {_literal(path) for path in others if posixpath.dirname(path) in emptied}
    triplet = abi_of(image.architecture).triplet
    return (
        sorted({_for_any_architecture(glob, triplet) for glob in omit}),
        sorted({_for_any_architecture(glob, triplet) for glob in keep}),
    )


def unneeded_packages(image: ImageFacts, needed: set[str]) -> list[str]:
    """Return the packages of which only licence and record stay."""
    used = {
        image.entries[path].get("origin")
        for path in needed
        if not path.startswith(("usr/share/doc/", "var/lib/dpkg/"))
    }
    # Of other packages, the image has only what was made from them, such as a bundle of
    # certificates.
    origins = {str(entry.get("origin")) for entry in image.entries.values()}
    return sorted((origins & image.packages.keys()) - used)


def _source(path: str) -> str:
    """Return the module that a file of bytecode was made from (PEP 3147); else the path itself."""
    directory, name = posixpath.split(path)
    if posixpath.basename(directory) != "__pycache__":
        return path
    return posixpath.join(posixpath.dirname(directory), name.partition(".")[0] + ".py")


def _libraries(linker: DynamicLinker, path: str) -> Iterator[str]:
    item = linker.object(path)
    if item is None:
        return
    if "interpreter" in item.elf:
        yield item.elf["interpreter"]
    by_name = LOADED_BY_NAME.get(item.elf.get("soname", ""), ())
    for name in (*item.elf.get("needed", ()), *by_name):
        found = linker.find(name, (item,))
        if found:
            yield found.path


def _links(image: ImageFacts, needed: set[str]) -> set[str]:
    """Return the links to files that stay, and to directories in which a file stays."""
    links = {
        path: image.tree.resolve(path)
        for path, entry in image.entries.items()
        if entry["type"] == "symlink"
    }
    kept = set(ALIASES) & links.keys()
    while True:  # a directory may have only links
        busy = {parent for path in needed | kept for parent in _parents(path)}
        more = {path for path, target in links.items() if target in needed or target in busy}
        if more <= kept:
            return kept
        kept |= more


def _parents(path: str) -> Iterator[str]:
    """Yield the directories of a path, from the nearest up."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _for_any_architecture(glob: str, triplet: str) -> str:
    """Return the same files of another architecture: multiarch directories and file names."""
    if not glob.endswith(f"/{triplet}/**"):
        glob = glob.replace(f"/{triplet}/", "/*/")
    directory, slash, name = glob.rpartition("/")
    return directory + slash + name.replace(triplet, "*-linux-gnu*")


def _literal(path: str) -> str:
    """Return a glob that matches one path."""
    return "".join(f"[{char}]" if char in _MAGIC else char for char in path)
