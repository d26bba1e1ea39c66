"""Unpacks archives that repository rules have fetched: ``python -m tools.archives.unpack LIST``.

LIST is a file with a line of three paths for each archive, with tabs between them: the archive, the
directory to make, and the directory in the archive that is removed from all paths, or an empty
text. It reads tar archives of every compression, zip archives, and Debian packages. Archives with
the same directory become one tree, with that directory as its root.

Bazel's own unpacking follows ``..`` and hard links out of the directory. Here a path out of the
directory is an error, links are made last, and links out of it are left out.
"""

from __future__ import annotations

import mmap
import os
import posixpath
import stat
import sys
from itertools import groupby

from tools.debian.deb import deb_members
from tools.errors import PlinthError
from tools.layer.zip_reader import read_zip
from tools.tar.decompress import compression_of, decompress
from tools.tar.header import DIRECTORY, FILE, SYMLINK
from tools.tar.reader import MOST_LINKS, clean_path, decode_name, encode_name, read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_TARGET = 4095  # PATH_MAX of Linux


class UpstreamUnpackError(PlinthError):
    """An archive cannot be unpacked."""


def main(arguments: list[str]) -> int:
    """Unpack the archives of the list; return the exit status, which is 1 after an error."""
    with open(arguments[0], encoding="utf-8") as stream:
        lines = [line.split("\t") for line in stream.read().splitlines()]
    archive = ""
    try:
        for (directory, prefix), same in groupby(lines, key=lambda line: line[1:]):
            root = _Root(directory, prefix)
            for archive, *_ in same:
                _unpack(archive, root)
            root.finish()
    except (PlinthError, OSError) as error:
        print(f"{archive}: {error}", file=sys.stderr)
        return 1
    return 0


def unpack(archive: str, directory: str, prefix: str = "") -> None:
    """Unpack an archive.

    Args:
        archive: its path.
        directory: where its files go; nothing else is written there meanwhile.
        prefix: a directory of the archive; other files are left out.

    Raises:
        OSError: something cannot be read or written.
        PlinthError: the archive is damaged, leads out of the directory, or has no ``prefix``.
    """
    root = _Root(directory, prefix)
    _unpack(archive, root)
    root.finish()


def _unpack(archive: str, root: _Root) -> None:
    with open(archive, "rb") as stream:
        if not os.fstat(stream.fileno()).st_size:
            raise UpstreamUnpackError("an empty file is no archive")
        data = memoryview(mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ))
    start = bytes(data[:8])
    if start == b"!<arch>\n":
        _unpack_deb(data, root)
    elif start.startswith((b"PK\3\4", b"PK\5\6")):
        _unpack_zip(data, root)
    else:
        compression = compression_of(start)
        _unpack_tar(decompress(compression, data), root)


def _unpack_tar(chunks: Iterator[bytes], root: _Root) -> None:
    for entry in read_tar(chunks):
        if entry.type == DIRECTORY:
            root.directory(entry.path)
        elif entry.type == FILE:
            root.file(entry.path, entry.body(), entry.mode)
        elif entry.type == SYMLINK:
            root.symlink(entry.path, entry.target)
        else:
            root.hardlink(entry.path, entry.target)


def _unpack_deb(data: memoryview, root: _Root) -> None:
    """As dpkg would: through the links of earlier packages, with ``/`` as the root of the tree."""
    member = deb_members(data).data
    for entry in read_tar(decompress(member.compression, member.read(data))):
        path = root.followed(entry.path)
        if entry.type == DIRECTORY:
            root.directory(root.followed(f"{entry.path}/."))
        elif entry.type == FILE:
            root.file(path, entry.body(), entry.mode)
        elif entry.type == SYMLINK:
            target = entry.target
            if target.startswith("/"):
                target = posixpath.relpath(target, "/" + posixpath.dirname(path))
            root.symlink(path, target)
        else:
            root.hardlink(path, root.followed(entry.target))


def _unpack_zip(data: memoryview, root: _Root) -> None:
    for entry in read_zip(data):
        path = clean_path(encode_name(entry.name))
        if entry.name.endswith("/"):
            root.directory(path)
        elif stat.S_ISLNK(entry.mode):
            root.symlink(path, decode_name(entry.read(_LONGEST_TARGET)))
        else:
            root.file(path, entry.body(), entry.mode)


class _Root:
    """The directory, and its content so far. If a path is repeated, the last one counts."""

    def __init__(self, directory: str, prefix: str) -> None:
        self._directory = os.path.realpath(directory)
        self._prefix = prefix.strip("/")
        self._files: set[str] = set()
        self._links: dict[str, str] = {}
        os.makedirs(self._directory, exist_ok=True)

    def directory(self, path: str) -> None:
        place = self._place(path)
        if place is not None:
            os.makedirs(os.path.join(self._directory, place), exist_ok=True)

    def file(self, path: str, pieces: Iterable[memoryview], mode: int) -> None:
        place = self._place(path)
        if not place:
            return
        with open(self._fresh(place), "xb") as stream:
            stream.writelines(pieces)
            os.fchmod(stream.fileno(), 0o755 if mode & 0o111 else 0o644)
        self._files.add(place)

    def hardlink(self, path: str, target: str) -> None:
        place, source = self._place(path), self._place(target)
        if not place or place == source:
            return
        if source not in self._files:
            raise UpstreamUnpackError(
                f"{path}: a hard link to {target}, which is no file before it"
            )
        os.link(os.path.join(self._directory, source), self._fresh(place))
        self._files.add(place)

    def symlink(self, path: str, target: str) -> None:
        place = self._place(path)
        if place and not os.path.isdir(os.path.join(self._directory, place)):
            self._fresh(place)
            self._links[place] = target

    def followed(self, path: str) -> str:
        """Return the target of a path through the links so far; never out of the root."""
        found: list[str] = []
        pending = path.split("/")[::-1]
        links = 0
        while pending:
            name = pending.pop()
            target = self._links.get("/".join((*found, name))) if pending else None
            if target is not None:
                links += 1
                if links > MOST_LINKS:
                    raise UpstreamUnpackError(f"{path}: its directory is behind too many links")
                pending += target.split("/")[::-1]
            elif name == "..":
                del found[-1:]
            elif name not in {"", "."}:
                found.append(name)
        return "/".join(found)

    def finish(self) -> None:
        """Make the symbolic links last, so that nothing was written through them."""
        if self._prefix and not self._files and not self._links:
            raise UpstreamUnpackError(f"nothing in it is in {self._prefix}")
        made = []
        for place, target in self._links.items():
            path = os.path.join(self._directory, place)
            if not os.path.lexists(path):
                os.symlink(target, path)
                made.append(path)
        for path in made:
            # After all of them exist, because a link may go through another one.
            real = os.path.realpath(path)
            if os.path.commonpath((real, self._directory)) != self._directory:
                os.unlink(path)

    def _place(self, path: str) -> str | None:
        """Return the place of a path; empty for the directory itself, None if it is left out."""
        if not self._prefix or path == self._prefix:
            return path if path != self._prefix else ""
        if not path.startswith(self._prefix + "/"):
            return None
        return path[len(self._prefix) + 1 :]

    def _fresh(self, place: str) -> str:
        """Make the parents of a path and remove an old entry; return the path."""
        path = os.path.join(self._directory, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if place in self._files:
            os.unlink(path)
            self._files.discard(place)
        self._links.pop(place, None)
        return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
