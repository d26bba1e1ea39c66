"""Reads zip archives, piece by piece: PKWARE's APPNOTE 4.3, as far as wheels and jars use it.

``zipfile`` would do, but costs more to import than a wheel costs to unpack. It also trusts only an
archive's directory. Here the header before each file must agree, so that readers of either see the
same files.
"""

from __future__ import annotations

import struct
import zlib

from tools.errors import PlinthError
from tools.tar.integers import Integers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_END = Integers("<IHHHHIIH")
_END64 = Integers("<IQHHIIQQQQ")
_LOCATOR64 = Integers("<IIQI")
_CENTRAL = Integers("<IHHHHHHIIIHHHHHII")
_LOCAL = Integers("<IHHHHHIIIHH")
_LENGTHS = Integers("<HHH")  # of name, extra fields and comment, in an entry of the directory
_FIELD = Integers("<HH")
_LOCAL_MAGIC, _END64_MAGIC = 0x04034B50, 0x06064B50
_LONGEST_COMMENT = 65535
_MOST_ENTRIES = 1_000_000  # as of tar archives
_MOST_BYTES = 16 << 30
_INPUT = 1 << 16
_PIECE = 1 << 18

# General purpose bits, 4.4.4: encryption and patches; sizes after the data; names in UTF-8.
_UNSUPPORTED, _DESCRIPTOR, _UTF8 = 0x2061, 0x0008, 0x0800
_ZIP64, _IS_IN_ZIP64 = 1, 0xFFFFFFFF


class ZipError(PlinthError):
    """A zip archive is damaged, or uses features that no wheel needs."""


class ZipEntry:
    """One member of an archive.

    Attributes:
        name: as stored; a directory's ends in a slash.
        size: of the content in bytes.
        mode: kind and permissions as ``st_mode`` has them, 0 where the archive has none.
        start: where its header is in the archive.
        end: where all that belongs to it ends.
    """

    __slots__ = (
        "_archive", "_compressed", "_crc", "_data", "_method", "end", "mode", "name", "size",
        "start",
    )  # fmt: skip

    def __init__(self, archive: memoryview, at: int, base: int) -> None:
        """Read the entry of the directory at ``at``, and the header that it leads to.

        Raises:
            ZipError: they are damaged or disagree, or need what is not supported.
            struct.error: the archive ends before.
        """
        fields = _CENTRAL.unpack_from(archive, at)
        _, _, _, flags, self._method, _, _, self._crc, compressed, size = fields[:10]
        at += _CENTRAL.size
        raw = bytes(archive[at : at + fields[10]])
        extra = bytes(archive[at + fields[10] : at + fields[10] + fields[11]])
        self.name = _name(raw, flags)
        self.size, self._compressed, offset = _wide((size, compressed, fields[16]), extra)
        self.mode = fields[15] >> 16  # 4.4.15; pip reads it for every creator of the archive
        self._archive = archive
        self.start = base + offset
        if flags & _UNSUPPORTED:
            raise ZipError(f"{self.name}: is encrypted or a patch")
        if self._method not in {0, 8}:
            raise ZipError(f"{self.name}: compression method {self._method} is not supported")
        if self._method == 0 and self._compressed != self.size:
            raise ZipError(f"{self.name}: stored, but its two sizes differ")
        local = _LOCAL.unpack_from(archive, self.start)
        at = self.start + _LOCAL.size
        self._data = at + local[9] + local[10]
        extra = bytes(archive[at + local[9] : self._data])
        found = (local[6], *_wide((local[8], local[7]), extra))
        promised = (self._crc, self.size, self._compressed)
        # Where the sizes follow the data, the header has zeros in their place.
        follow = bool(flags & local[2] & _DESCRIPTOR)
        if (
            local[0] != _LOCAL_MAGIC
            or bytes(archive[at : at + local[9]]) != raw
            or local[3] != self._method
            or not (found == promised or (follow and found == (0, 0, 0)))
        ):
            raise ZipError(f"{self.name}: the header before it differs from the directory")
        self.end = self._data + self._compressed
        if self.end > len(archive):
            raise ZipError(f"{self.name}: cut short")
        if follow:
            self.end += _descriptor_size(bytes(archive[self.end : self.end + 24]), promised)

    def body(self) -> Iterator[memoryview]:
        """Yield the content, in pieces.

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

    def read(self, most: int) -> bytes:
        """Return the whole content, of at most so many bytes.

        Raises:
            ZipError: it is larger or damaged.
        """
        if self.size > most:
            raise ZipError(f"{self.name}: {self.size} bytes, but at most {most} are expected")
        return b"".join(map(bytes, self.body()))

    def _pieces(self) -> Iterator[bytes]:
        # No slice is kept, because an archive with references cannot be unmapped.
        end = self._data + self._compressed
        if self._method == 0:
            for at in range(self._data, end, _PIECE):
                yield bytes(self._archive[at : min(at + _PIECE, end)])
            return
        inflate = zlib.decompressobj(wbits=-15)
        try:
            for at in range(self._data, end, _INPUT):
                fresh = bytes(self._archive[at : min(at + _INPUT, end)])
                while fresh:
                    yield inflate.decompress(fresh, _PIECE)
                    fresh = inflate.unconsumed_tail
            yield inflate.flush()
        except zlib.error as error:
            raise ZipError(f"{self.name}: damaged content: {error}") from error
        if not inflate.eof or inflate.unused_data:
            raise ZipError(f"{self.name}: damaged content")


def read_zip(archive: memoryview, *, gaps: bool = True) -> list[ZipEntry]:
    """List the members of an archive, in the order of its directory.

    Args:
        archive: the whole of it.
        gaps: whether there may be bytes that belong to no member: the program that starts an
            executable jar, and old content of a changed jar.

    Raises:
        ZipError: not a zip archive, damaged, in several parts, or with members that overlap.
    """
    try:
        at, total, size, offset = _directory(archive)
        entries = _entries(archive, at, total, size, offset)
    except struct.error as error:
        raise ZipError("damaged zip archive: cut short") from error
    if sum(entry.size for entry in entries) > _MOST_BYTES:
        raise ZipError(f"more than {_MOST_BYTES} bytes of files")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.start):
        if entry.start < end:
            raise ZipError(f"{entry.name}: overlaps another member")
        if entry.start > end and not gaps:
            raise ZipError(f"{entry.name}: before it are bytes that belong to no file")
        end = entry.end
    if end < at - size and not gaps:
        raise ZipError("before the directory of the archive are bytes that belong to no file")
    return entries


def _entries(archive: memoryview, at: int, total: int, size: int, offset: int) -> list[ZipEntry]:
    """Read the directory of so many members and bytes that ends at ``at``."""
    position = at - size
    base = position - offset
    if base < 0 or total > _MOST_ENTRIES:
        raise ZipError("damaged zip archive: its directory is not where it should be")
    entries = []
    for _ in range(total):
        if bytes(archive[position : position + 4]) != b"PK\1\2":
            raise ZipError("damaged zip archive: its directory ends early")
        entry = ZipEntry(archive, position, base)
        if entry.end > at - size:
            raise ZipError(f"{entry.name}: cut short")
        entries.append(entry)
        position += _CENTRAL.size + sum(_LENGTHS.unpack_from(archive, position + 28))
    if position != at:
        raise ZipError("damaged zip archive: its directory has another size")
    return entries


def _directory(archive: memoryview) -> tuple[int, int, int, int]:
    """Return the end, members, bytes and stated beginning of the directory."""
    tail = max(0, len(archive) - _LONGEST_COMMENT - _END.size)
    at = bytes(archive[tail:]).rfind(b"PK\5\6")
    if at < 0:
        raise ZipError("not a zip archive")
    at += tail
    _, disk, first, count, total, size, offset, comment = _END.unpack_from(archive, at)
    if at + _END.size + comment != len(archive):
        raise ZipError("damaged zip archive: something follows its end")
    place = at - _LOCATOR64.size
    if place >= _END64.size and bytes(archive[place : place + 4]) == b"PK\6\7":
        _, part, _, parts = _LOCATOR64.unpack_from(archive, place)
        at = place - _END64.size
        magic, record, _, _, disk, first, *wide = _END64.unpack_from(archive, at)
        if magic != _END64_MAGIC or record != _END64.size - 12 or part or parts > 1:
            raise ZipError("damaged zip archive: the end of its directory")
        for narrow, value, none in zip(
            (count, total, size, offset), wide, (0xFFFF, 0xFFFF, *2 * (_IS_IN_ZIP64,)), strict=True
        ):
            if narrow not in {value, none}:
                raise ZipError("damaged zip archive: it has two ends, which differ")
        count, total, size, offset = wide
    if disk or first or count != total:
        raise ZipError("a zip archive of several parts is not supported")
    return at, total, size, offset


def _name(raw: bytes, flags: int) -> str:
    """Return the name of a member; names not marked as UTF-8 are of IBM's code page 437, 4.4.17."""
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError as error:
        raise ZipError(f"{raw[:80]!r}: a name that is not UTF-8") from error
    if not name or "\0" in name:
        raise ZipError("a member without a name, or with a zero byte in it")
    return name


def _wide(values: tuple[int, ...], extra: bytes) -> tuple[int, ...]:
    """Return sizes and offset; those that do not fit are in an extra field, 4.5.3."""
    if _IS_IN_ZIP64 not in values:
        return values
    at = 0
    while at + 4 <= len(extra):
        kind, length = _FIELD.unpack_from(extra, at)
        at += 4
        if kind == _ZIP64:
            wide = iter(Integers(f"<{length // 8}Q").unpack_from(extra, at))
            return tuple(next(wide, value) if value == _IS_IN_ZIP64 else value for value in values)
        at += length
    return values


def _descriptor_size(found: bytes, promised: tuple[int, ...]) -> int:
    """Return the length of the checksum and the sizes after the data, 4.3.9."""
    crc, size, compressed = promised
    for wide in ("<IQQ", "<III"):
        if wide == "<III" and max(size, compressed) >= _IS_IN_ZIP64:
            continue
        plain = struct.pack(wide, crc, compressed, size)
        for expected in (b"PK\7\x08" + plain, plain):
            if found.startswith(expected):
                return len(expected)
    raise ZipError("damaged zip archive: sizes after a file differ from the directory")
