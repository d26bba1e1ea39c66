"""Reads zip archives, piece by piece: PKWARE's APPNOTE 4.3, as far as wheels use it.

``zipfile`` would do, but costs more to import than a wheel costs to unpack.
"""

from __future__ import annotations

import struct
import zlib
from struct import Struct

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_END = Struct("<4sHHHHIIH")
_CENTRAL = Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = Struct("<4sHHHHHIIIHH")
_LONGEST_COMMENT = 65535
_INPUT = 1 << 16
_PIECE = 1 << 18


class ZipError(PlinthError):
    """A zip archive that is damaged, or uses what no wheel needs."""


class ZipEntry:
    """One file of an archive.

    Attributes:
        name: as stored.
        size: of the content in bytes.
        mode: permission bits, 0 where the archive has none.
    """

    __slots__ = ("_archive", "_compressed", "_crc", "_method", "_offset", "mode", "name", "size")

    def __init__(self, archive: memoryview, name: str, fields: tuple[int, ...]) -> None:
        """Take the fields of the central directory."""
        _, _, _, flags, self._method, _, _, self._crc, self._compressed, self.size = fields[:10]
        external_attributes, self._offset = fields[15:17]
        self.name = name
        self.mode = external_attributes >> 16 & 0o7777
        self._archive = archive
        if flags & 1:
            raise ZipError(f"{name}: is encrypted")
        if self._method not in {0, 8}:
            raise ZipError(f"{name}: compression method {self._method} is not supported")

    def body(self) -> Iterator[memoryview]:
        """The content, in pieces.

        Raises:
            ZipError: the content does not have the promised size and checksum.
        """
        crc, size = 0, 0
        for piece in self._pieces():
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            if size > self.size:
                break
            yield memoryview(piece)
        if size != self.size or crc != self._crc:
            raise ZipError(f"{self.name}: damaged content")

    def read(self) -> bytes:
        """The whole content."""
        return b"".join(map(bytes, self.body()))

    def _pieces(self) -> Iterator[bytes]:
        local = _LOCAL.unpack_from(self._archive, self._offset)
        start = self._offset + _LOCAL.size + local[9] + local[10]
        data = self._archive[start : start + self._compressed]
        if len(data) != self._compressed or local[0] != b"PK\3\4":
            raise ZipError(f"{self.name}: cut short")
        if self._method == 0:
            yield from (bytes(data[at : at + _PIECE]) for at in range(0, len(data), _PIECE))
            return
        inflate = zlib.decompressobj(wbits=-15)
        try:
            for at in range(0, len(data), _INPUT):
                fresh = bytes(data[at : at + _INPUT])
                while fresh:
                    yield inflate.decompress(fresh, _PIECE)
                    fresh = inflate.unconsumed_tail
            yield inflate.flush()
        except zlib.error as error:
            raise ZipError(f"{self.name}: damaged content: {error}") from error


def read_zip(archive: memoryview) -> list[ZipEntry]:
    """List the files of an archive (directories left out), in the order of its directory.

    Raises:
        ZipError: not a zip archive, damaged, zip64, or in several parts.
    """
    try:
        return list(_entries(archive))
    except struct.error as error:
        raise ZipError("damaged zip archive: cut short") from error


def _entries(archive: memoryview) -> Iterator[ZipEntry]:
    tail_start = max(0, len(archive) - _LONGEST_COMMENT - _END.size)
    at = bytes(archive[tail_start:]).rfind(b"PK\5\6")
    if at < 0:
        raise ZipError("not a zip archive")
    _, disk, _, count, total, _, position, _ = _END.unpack_from(archive, tail_start + at)
    if disk or count != total or count == 0xFFFF or position == 0xFFFFFFFF:
        raise ZipError("a zip archive of several parts, or zip64, is not supported")
    for _ in range(total):
        fields = _CENTRAL.unpack_from(archive, position)
        if fields[0] != b"PK\1\2":
            raise ZipError("damaged zip archive: its directory ends early")
        start = position + _CENTRAL.size
        name = bytes(archive[start : start + fields[10]])
        utf8 = fields[3] & 0x800
        text = name.decode("utf-8" if utf8 else "cp437")
        if not text.endswith("/"):
            yield ZipEntry(archive, text, fields)
        position = start + fields[10] + fields[11] + fields[12]
