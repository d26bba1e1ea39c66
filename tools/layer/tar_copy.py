"""Copies a tar archive into a fragment: filtered, merged-usr, nothing unpacked."""

from __future__ import annotations

from tools.layer.fragment import FragmentError
from tools.layer.merged_usr import ALIASES, merge_usr
from tools.tar import digest
from tools.tar.header import DIRECTORY, FILE, HARDLINK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from tools.layer.fragment import FragmentWriter
    from tools.layer.path_policy import PathPolicy
    from tools.tar.reader import TarEntry


class TarCopy:
    """The copy of one archive.

    Attributes:
        md5: of every file that was copied, by its path in the image; empty without ``with_md5``.
    """

    def __init__(
        self,
        entries: Callable[[], Iterator[TarEntry]],
        policy: PathPolicy,
        writer: FragmentWriter,
        *,
        prefix: str = "",
        with_md5: bool = False,
    ) -> None:
        """Prepare to copy.

        Args:
            entries: reads the archive from its start; may be called twice.
            policy: which paths of the image to keep.
            writer: receives the kept entries.
            prefix: directory in the image that the archive goes to, ending in a slash; or empty.
            with_md5: whether to note MD5 digests.
        """
        self._entries = entries
        self._policy = policy
        self._writer = writer
        self._prefix = prefix
        self._with_md5 = with_md5
        self._dropped: set[str] = set()
        self._dropped_directories: dict[str, TarEntry] = {}
        self._dropped_entries = 0
        self._dropped_bytes = 0
        self._orphans: dict[str, list[str]] = {}  # dropped file: kept hard links to it
        self.md5: dict[str, str] = {}

    def run(self) -> None:
        """Copy.

        Raises:
            PlinthError: an entry is refused, or the archive is damaged.
        """
        self._first_pass()
        self._second_pass()

    @property
    def dropped(self) -> dict[str, Any]:
        """Return what the policy left out, for the facts."""
        names = {path.rpartition("/")[2] for path in self._dropped}
        libraries = sorted(name for name in names if name.startswith("lib") and ".so" in name)
        counted = {"entries": self._dropped_entries, "size_bytes": self._dropped_bytes}
        return {**counted, "libraries": libraries} if libraries else counted

    def _place(self, path: str) -> str:
        return self._policy.place(merge_usr(self._prefix + path))

    def _first_pass(self) -> None:
        for entry in self._entries():
            path = self._place(entry.path)
            if entry.type == DIRECTORY:
                self._directory(entry, path.rstrip("/"))
            elif not self._policy.keeps(path):
                self._dropped.add(path)
                self._dropped_entries += 1
                self._dropped_bytes += entry.size
            elif entry.type == FILE:
                self._file(entry, path)
            elif entry.type == HARDLINK:
                target = self._place(entry.target)
                if target in self._dropped:
                    self._orphans.setdefault(target, []).append(path)
                else:
                    self._writer.hardlink(path, target)
            else:
                self._writer.symlink(path, entry.target, uid=entry.uid, gid=entry.gid)
        self._restore_directories()

    def _second_pass(self) -> None:
        """Turn kept links to dropped files into files: the first becomes the file itself."""
        if not self._orphans:
            return
        for entry in self._entries():
            if entry.type != FILE:
                continue
            names = self._orphans.pop(self._place(entry.path), None)
            if names:
                self._file(entry, names[0])
                for name in names[1:]:
                    self._writer.hardlink(name, names[0])
        for target, names in self._orphans.items():
            raise FragmentError(
                self._writer.origin, names[0], f"a hard link to {target}, which is no file here"
            )

    def _file(self, entry: TarEntry, path: str) -> None:
        md5 = digest.md5(usedforsecurity=False) if self._with_md5 else None
        self._writer.file(
            path,
            entry.size,
            entry.body(),
            mode=entry.mode,
            uid=entry.uid,
            gid=entry.gid,
            attributes=entry.attributes,
            also=md5.update if md5 else None,
        )
        if md5:
            self.md5[path] = md5.hexdigest()

    def _directory(self, entry: TarEntry, path: str) -> None:
        if path in ALIASES:
            path = "usr/" + path
        if not path:
            return
        if self._policy.keeps(path):
            self._writer.directory(path, mode=entry.mode, uid=entry.uid, gid=entry.gid)
        else:
            self._dropped_directories[path] = entry

    def _restore_directories(self) -> None:
        """Keep the modes of dropped directories that contain kept files."""
        needed = set()
        for path in self._writer.paths() if self._dropped_directories else ():
            slash = path.rfind("/")
            while slash > 0 and path[:slash] not in needed:
                needed.add(path[:slash])
                slash = path.rfind("/", 0, slash)
        for path, entry in self._dropped_directories.items():
            if path in needed:
                self._writer.directory(path, mode=entry.mode, uid=entry.uid, gid=entry.gid)
            else:
                self._dropped_entries += 1
