"""Streaming decoders for the members of a Debian package.

Each yields the decoded bytes piece by piece, so that memory does not grow with the package. Each
refuses a stream that ends early, so the format's own integrity check is always done.
"""

from __future__ import annotations

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_MAGIC = {
    b"\x1f\x8b": "gz",  # RFC 1952, 2.3.1
    b"\xfd7zXZ\0": "xz",  # The .xz File Format, 2.1.1.1
    b"\x28\xb5\x2f\xfd": "zst",  # RFC 8878, 3.1.1
    b"BZh": "bz2",
}
_INPUT = 1 << 16
_OUTPUT = 1 << 18
_MEMORY = 128 << 20  # bytes; xz at its best, -9, needs half of it


class DecompressError(PlinthError):
    """A compressed member is damaged, cut short, or in a format this interpreter lacks."""


def compression_of(start: bytes) -> str:
    """Return the compression of a stream by its first bytes, as a name for ``decompress``."""
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "")


def decompress(compression: str, data: memoryview) -> Iterator[bytes]:
    """Decode a member.

    Args:
        compression: from the member's name: ``xz``, ``gz``, ``zst``, ``bz2``, ``lzma`` or
            the empty string for none.
        data: the whole member; it is read piece by piece.

    Raises:
        DecompressError: while iterating.
    """
    if not compression:
        return (bytes(data[at : at + _OUTPUT]) for at in range(0, len(data), _OUTPUT))
    factory, errors = _DECODERS[compression]()
    return _decode(factory, errors, compression, data)


def _decode(
    factory: Callable[[], Any],
    errors: tuple[type[Exception], ...],
    compression: str,
    data: memoryview,
) -> Iterator[bytes]:
    position = 0
    try:
        while position < len(data):  # a member may be several concatenated streams
            decoder = factory()
            while not decoder.eof:
                fresh = b""
                if decoder.needs_input:
                    if position == len(data):
                        raise DecompressError(f"the {compression} stream is cut short")
                    fresh = bytes(data[position : position + _INPUT])
                    position += len(fresh)
                piece = decoder.decompress(fresh, _OUTPUT)
                if piece:
                    yield piece
            position -= len(decoder.unused_data)
            if not bytes(data[position : position + 4]).strip(b"\0"):
                # .xz file format 2.2: stream padding, a multiple of four zero bytes.
                while position < len(data) and data[position] == 0:
                    position += 1
    except errors as error:
        raise DecompressError(f"the {compression} stream is damaged: {error}") from error


class _Gunzip:
    """zlib's decompressor with the interface that those for xz and bz2 share."""

    def __init__(self) -> None:
        import zlib  # noqa: PLC0415

        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


def _gzip() -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    import zlib  # noqa: PLC0415

    return _Gunzip, (zlib.error,)


def _xz() -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    import lzma  # noqa: PLC0415

    return lambda: lzma.LZMADecompressor(memlimit=_MEMORY), (lzma.LZMAError,)


def _bzip2() -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    import bz2  # noqa: PLC0415

    return bz2.BZ2Decompressor, (OSError,)


def _zstd() -> tuple[Callable[[], Any], tuple[type[Exception], ...]]:
    from tools.tar.shared_library import CompressionError  # noqa: PLC0415
    from tools.tar.zstd_frames import ZstdDecoder  # noqa: PLC0415

    ZstdDecoder()  # a missing library is not damage
    return ZstdDecoder, (CompressionError,)


_DECODERS = {"xz": _xz, "lzma": _xz, "gz": _gzip, "bz2": _bzip2, "zst": _zstd}
