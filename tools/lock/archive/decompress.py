"""Decompresses index files."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator

from tools.errors import FormatError

LARGEST_INDEX = 1 << 30
"""Most bytes of the text of an index; that of Debian's main component has 60 MB."""


def unpack(data: bytes, path: str, size: int | None = None) -> bytes:
    """Return the text of an index.

    Args:
        data: the file.
        path: its name, whose suffix gives the form.
        size: of the text in bytes, if known; it saves memory.

    Raises:
        LZMAError, zlib.error, EOFError: it is damaged.
        FormatError: its text is larger than any index.
    """
    if path.endswith(".xz"):
        return _joined(_unpack_xz(data), path)
    if path.endswith(".gz"):
        # Into one buffer, without pieces to be joined.
        text = zlib.decompress(data, wbits=31, bufsize=size) if size else b""
        return text if text and len(text) == size else _joined(_unpack_gz(data), path)
    return data


def _joined(pieces: Iterator[bytes], path: str) -> bytes:
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_INDEX:
            raise FormatError("index", path, f"it unpacks to more than {LARGEST_INDEX} bytes")
        found.append(piece)
    return b"".join(found)


_PIECE_BYTES = 1 << 22


def _unpack_xz(data: bytes) -> Iterator[bytes]:
    while data:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ)
        while not unpacker.eof:
            piece = unpacker.decompress(data, _PIECE_BYTES)
            if not piece and not unpacker.eof and unpacker.needs_input:
                raise EOFError("it ends too early")
            data = b""
            yield piece
        # Streams may follow each other, with padding between them.
        data = unpacker.unused_data.lstrip(b"\0")


def _unpack_gz(data: bytes) -> Iterator[bytes]:
    while data:
        unpacker = zlib.decompressobj(wbits=31)
        while not unpacker.eof:
            piece = unpacker.decompress(data, _PIECE_BYTES)
            if not piece and not unpacker.eof:
                raise EOFError("it ends too early")
            data = unpacker.unconsumed_tail
            yield piece
        # Members may follow each other, with padding between them.
        data = unpacker.unused_data.lstrip(b"\0")
