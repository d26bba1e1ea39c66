"""Reads a tar stream of any dialect, entry by entry, without holding it.

GNU ``L``/``K`` and pax extensions are applied; paths become relative and clean. What a fragment
must never have (devices, FIFOs, sparse files, paths out of the tree) is refused here, once.
"""

from __future__ import annotations

from tools.tar.header import (
    BLOCK,
    DIRECTORY,
    FILE,
    HARDLINK,
    SYMLINK,
    Header,
    TarError,
    padding,
    parse_pax,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINKS = 40
"""The most symbolic links that Linux follows to a file: path_resolution(7)."""

WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"
"""Prefixes of names that hide a file of the layers below, or all: OCI image spec, "Whiteouts"."""

_LONGEST_EXTENSION = 1 << 20
_MOST_ENTRIES = 1_000_000
_MOST_BYTES = 16 << 30
_LONGEST_NAME, _LONGEST_PATH = 255, 4095  # NAME_MAX and PATH_MAX of Linux
_LARGEST_ID = (1 << 32) - 2  # chown(2): -1 means "leave it"
DEVICES = frozenset((b"3", b"4", b"6"))
"""Types of character devices, block devices and FIFOs; tar(5)."""

_REFUSED = {
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a FIFO",
    b"S": "a GNU sparse file",
    b"M": "a part of a multi-volume archive",
    b"V": "a volume label",
}


class ByteStream:
    """Reads exact lengths from an iterator of byte strings."""

    __slots__ = ("_chunks", "_current", "_position")

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._current = memoryview(b"")
        self._position = 0

    def pieces(self, size: int) -> Iterator[memoryview]:
        """Yield the next ``size`` bytes in pieces.

        Raises:
            TarError: the stream ends before.
        """
        while size:
            left = len(self._current) - self._position
            if not left:
                self._advance(size)
                continue
            count = min(left, size)
            yield self._current[self._position : self._position + count]
            self._position += count
            size -= count

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes.

        Raises:
            TarError: the stream ends before.
        """
        end = self._position + size
        if end <= len(self._current):
            result = bytes(self._current[self._position : end])
            self._position = end
            return result
        return b"".join(self.pieces(size))

    def drain(self) -> None:
        """Read to the end, so that the compression's own checksum is compared."""
        for _ in self._chunks:
            pass

    def _advance(self, missing: int) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            raise TarError(f"the tar stream is cut short: {missing} more bytes expected")
        self._current = memoryview(chunk)
        self._position = 0


class TarEntry:
    """One entry. Its body can be read once, and only before the next entry.

    Attributes:
        path: clean and relative; empty for the root directory.
        type: FILE, HARDLINK, SYMLINK or DIRECTORY; one of ``DEVICES`` if they are allowed.
        target: of a link; a hard link's is clean and relative like a path.
        attributes: extended attributes as pax records (``SCHILY.xattr.NAME``).
    """

    __slots__ = (
        "_stream",
        "_unread",
        "attributes",
        "gid",
        "mode",
        "path",
        "size",
        "target",
        "type",
        "uid",
    )

    def __init__(
        self, header: Header, pax: dict[bytes, bytes], stream: ByteStream, *, devices: bool
    ) -> None:
        self.type = (
            header.typeflag if devices and header.typeflag in DEVICES else _entry_type(header)
        )
        self.path = clean_path(header.name)
        self.mode = header.mode
        self.uid = header.uid
        self.gid = header.gid
        self.size = header.size if self.type == FILE else 0
        self.attributes = {
            key: value for key, value in pax.items() if key.startswith(b"SCHILY.xattr.")
        }
        self.target = ""
        if self.type == HARDLINK:
            self.target = clean_path(header.linkname)
        elif self.type == SYMLINK:
            self.target = decode_name(header.linkname)
            if not self.target:
                raise TarError(f"{self.path}: a symbolic link to nothing")
            if len(header.linkname) > _LONGEST_PATH:
                raise TarError(f"{self.path}: a symbolic link that is too long for Linux")
        self._stream = stream
        self._unread = header.size

    def body(self) -> Iterator[memoryview]:
        """Yield the content, in pieces."""
        for piece in self._stream.pieces(self._unread):
            self._unread -= len(piece)
            yield piece

    def skip(self) -> None:
        """Skip the rest of the body."""
        for _ in self.body():
            pass


def read_tar(chunks: Iterator[bytes], *, devices: bool = False) -> Iterator[TarEntry]:
    """Read the entries of a tar stream.

    Args:
        chunks: the stream in pieces.
        devices: whether devices and FIFOs are allowed.

    Raises:
        TarError: the stream is damaged, cut short, or has an entry that is refused.
    """
    stream = ByteStream(chunks)
    pax_global: dict[bytes, bytes] = {}
    pax: dict[bytes, bytes] = {}
    total = 0
    for _ in range(_MOST_ENTRIES):
        block = stream.read(BLOCK)
        if not block.strip(b"\0"):
            stream.drain()
            return
        header = Header(block)
        kind = header.typeflag
        if kind in b"xgLK":
            if header.size > _LONGEST_EXTENSION:
                raise TarError(f"an extended header of {header.size} bytes")
            body = stream.read(header.size)
            stream.read(padding(header.size))
            if kind == b"x":
                pax.update(parse_pax(body))
            elif kind == b"g":
                pax_global.update(parse_pax(body))
            else:
                key = b"path" if kind == b"L" else b"linkpath"
                pax[key] = body.partition(b"\0")[0]
            continue
        records = {**pax_global, **pax} if pax_global else pax
        pax = {}
        _apply(records, header)
        entry = TarEntry(header, records, stream, devices=devices)
        total += header.size
        if total > _MOST_BYTES:
            raise TarError(f"{entry.path}: more than {_MOST_BYTES} bytes of files")
        yield entry
        entry.skip()
        stream.read(padding(header.size))
    raise TarError(f"more than {_MOST_ENTRIES} entries")


def clean_path(name: bytes) -> str:
    """Make a member's name relative and canonical: no ``./``, no doubled or final slash.

    Raises:
        TarError: the name is absolute or climbs out with ``..``.
    """
    if name.startswith(b"/"):
        raise TarError(f"{decode_name(name)}: an absolute path")
    parts = [part for part in name.split(b"/") if part not in {b"", b"."}]
    if b".." in parts:
        raise TarError(f"{decode_name(name)}: a path that climbs out of the tree")
    if not name:
        raise TarError("an entry without a name")
    if len(name) > _LONGEST_PATH or any(len(part) > _LONGEST_NAME for part in parts):
        raise TarError(f"{decode_name(name[:60])}…: a path that is too long for Linux")
    if b"\n" in name:
        # dpkg refuses them too: lists of files, such as md5sums, have one path to a line.
        raise TarError(f"{decode_name(name)!r}: a path with a line break")
    return decode_name(b"/".join(parts))


def decode_name(name: bytes) -> str:
    """Decode a file name as Python does on Linux; any bytes survive the round trip."""
    return name.decode("utf-8", "surrogateescape")


def encode_name(name: str) -> bytes:
    """Encode a file name; the inverse of ``decode_name``."""
    return name.encode("utf-8", "surrogateescape")


def _entry_type(header: Header) -> bytes:
    kind = header.typeflag
    if kind in {b"\0", b"0", b"7"}:
        # Before POSIX, a directory was a file whose name ends in a slash.
        return DIRECTORY if header.name.endswith(b"/") and not header.size else FILE
    if kind in {HARDLINK, SYMLINK, DIRECTORY}:
        if header.size:
            raise TarError(f"{decode_name(header.name)}: a link or directory with a body")
        return kind
    what = _REFUSED.get(kind, f"of the unknown type {kind!r}")
    raise TarError(f"{decode_name(header.name)}: the entry is {what}, which is refused")


def _apply(records: dict[bytes, bytes], header: Header) -> None:
    if any(key.startswith(b"GNU.sparse.") for key in records):
        raise TarError(f"{decode_name(header.name)}: a GNU sparse file, which is refused")
    header.name = records.get(b"path", header.name)
    header.linkname = records.get(b"linkpath", header.linkname)
    for key in (b"size", b"uid", b"gid"):
        if key in records:
            if not records[key].isdigit() or len(records[key]) > 20:
                raise TarError(f"damaged pax header: {key.decode()} is not a number")
            setattr(header, key.decode(), int(records[key]))
    if max(header.uid, header.gid) > _LARGEST_ID:
        raise TarError(f"{decode_name(header.name)}: an owner that no Linux has")
    if b"\0" in header.name or b"\0" in header.linkname:
        raise TarError("a file name with a zero byte")
