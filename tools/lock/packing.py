"""What index files are packed in."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator


def unpack(data: bytes, path: str) -> Iterator[bytes]:
    """The text of an index, in pieces of a few megabytes.

    Args:
        data: the file.
        path: its name, whose end tells the form.

    Raises:
        LZMAError, zlib.error, EOFError: it is damaged.
    """
    if path.endswith(".xz"):
        yield from _unpack_xz(data)
    elif path.endswith(".gz"):
        yield from _unpack_gz(data)
    else:
        yield data


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
