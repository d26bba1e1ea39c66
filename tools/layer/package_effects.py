"""Finds what a package does beyond its files, for the facts of its fragment.

For most packages, which do nothing more, it only checks the names of their files. For the others,
``tools.effects`` evaluates the scripts; it is imported only then.
"""

from __future__ import annotations

from tools.tar.decompress import DecompressError
from tools.tar.header import DIRECTORY, FILE, HARDLINK, SYMLINK, TarError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.layer.facts import Facts
    from tools.layer.package_fragment import PackageFile
    from tools.tar.reader import TarEntry

_SCRIPTS = {"preinst", "postinst", "triggers"}
_DECLARATIONS = ("usr/lib/sysusers.d/", "usr/lib/tmpfiles.d/")
_LARGEST_READ = 1 << 20
# Each reading of the data member may show that another file is needed: a script reads it.
_MOST_PASSES = 4


class PackageEffects:
    """The effects of a package, found while its files go into a fragment."""

    def __init__(self, source: PackageFile) -> None:
        self._source = source
        self._scripted = not _SCRIPTS.isdisjoint(source.control)
        self._kinds: dict[str, str] = {}
        self._contents: dict[str, bytes | None] = {}
        self._asked: set[str] = set()

    def entries(self) -> Iterator[TarEntry]:
        """Yield the entries of the data member, and record those that matter."""
        if not self._scripted:
            yield from self._source.entries()
            return
        for entry in self._source.entries():
            self._note(entry)
            yield entry

    def facts(self, paths: Iterable[str]) -> Facts:
        """Return the effects for the facts, after the entries were read.

        Args:
            paths: of the files that are kept.

        Returns:
            ``{"effects": […]}``, see ``tools/effects/effect.py``; empty if there are none.

        Raises:
            PlinthError: the package is damaged.
        """
        if not self._scripted:
            if not any(path.startswith(_DECLARATIONS) for path in paths):
                return {}
            for entry in self._source.entries():
                self._note(entry)
        from tools.effects.package import condensed, package_effects  # noqa: PLC0415 - see above

        for _ in range(_MOST_PASSES):
            package = self._source.package
            identity = {
                "name": package["name"],
                "version": package["version"],
                "architecture": package["architecture"],
            }
            effects = package_effects(self._source.control, identity, self._kinds, self._read)
            if not self._asked:
                break
            self._fetch_what_was_asked()
        found = [effect.to_json() for effect in condensed(effects)]
        return {"effects": found} if found else {}

    def _note(self, entry: TarEntry) -> None:
        kind = _KINDS[entry.type]
        if kind == "file" and entry.mode & 0o111:
            kind = "executable"
        self._kinds["/" + entry.path] = kind

    def _read(self, path: str) -> bytes | None:
        if path not in self._contents:
            self._asked.add(path)
        return self._contents.get(path)

    def _fetch_what_was_asked(self) -> None:
        """Read the content of the requested files, all in one pass."""
        self._contents.update(dict.fromkeys(self._asked))
        try:
            for entry in self._source.entries():
                path = "/" + entry.path
                if path in self._asked:
                    self._asked.remove(path)
                    if entry.type == FILE and entry.size <= _LARGEST_READ:
                        self._contents[path] = b"".join(map(bytes, entry.body()))
                    if not self._asked:
                        break
        except (TarError, DecompressError) as error:
            raise self._source.explain(error) from error
        self._asked.clear()


_KINDS = {FILE: "file", HARDLINK: "file", DIRECTORY: "directory", SYMLINK: "symlink"}
