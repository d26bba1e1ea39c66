"""What index files are packed in."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator


def unpack(data: bytes, path: str, size: int | None = None) -> bytes:
    """The text of an index.

    Args:
        data: the file.
        path: its name, whose end tells the form.
        size: of the text in bytes, if known; it saves memory.

    Raises:
        LZMAError, zlib.error, EOFError: it is damaged.
    """
    if path.endswith(".xz"):
        return b"".join(_unpack_xz(data))
    if path.endswith(".gz"):
        # Into one buffer, without pieces to be joined.
        text = zlib.decompress(data, wbits=31, bufsize=size) if size else b""
        return text if text and len(text) == size else b"".join(_unpack_gz(data))
    return data


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
