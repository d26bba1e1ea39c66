"""Compression whose bytes depend on the content alone.

A segment is a sequence of gzip members (RFC 1952), each holding ``MEMBER_SIZE`` bytes of tar but
for the last; members laid end to end are one gzip stream, so a layer is made of segments by
copying. Members begin anew at each segment, so its bytes do not depend on its neighbours.

libdeflate is the compressor because it is a function of one whole buffer: unlike zlib, zlib-ng or
ISA-L its bytes do not depend on how the input was cut into calls, nor on the CPU's features:
release 1.23 gave the same bytes on x86-64 from its first model to AVX-512, and on arm64.
Its releases do differ (1.14 and 1.23 do), so the library is pinned with the interpreter; and there
is deliberately no fallback to zlib: the same image would get another digest.
"""

from __future__ import annotations

import ctypes

from tools.debian.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Compressor(Protocol):
        """One compression format: a buffer in, one self-contained member or frame out."""

        name: str
        media_type: str

        def compress(self, data: bytearray, size: int) -> memoryview:
            """Compress the first ``size`` bytes; the view is valid until the next call."""

        def decompress(self, member: bytearray, size: int) -> memoryview:
            """Give back the ``size`` bytes of one member; the view is valid until the next call."""


MEMBER_SIZE = 2 << 20
"""Bytes of tar per member. Over 60 MB of packages, 1 MiB costs 0.19 % in size against one member
per package, 2 MiB 0.10 %, 4 MiB 0.05 %; each also costs its size in memory, twice."""

DEFAULT_LEVEL = 6
_LIBRARY = "libdeflate.so.0"


class CompressionError(PlinthError):
    """The compressor is missing, unknown, or was fed damaged data."""


def compressor(options: dict[str, Any] | None = None) -> Compressor:
    """Make the compressor that a params file asks for; gzip at level 6 when it asks for none.

    Raises:
        CompressionError: unknown format or level, or the library cannot be loaded.
    """
    options = options or {}
    name = options.get("format", "gzip")
    if name != "gzip":
        raise CompressionError(f"unknown compression format {name!r}\n  use gzip")
    return GzipCompressor(options.get("level", DEFAULT_LEVEL))


class GzipCompressor:
    """gzip members through libdeflate."""

    name = "gzip"
    media_type = "application/vnd.oci.image.layer.v1.tar+gzip"

    def __init__(self, level: int = DEFAULT_LEVEL) -> None:
        """Load the library.

        Raises:
            CompressionError: it cannot be loaded, or the level is not 1 to 12.
        """
        if level not in range(1, 13):
            raise CompressionError(f"gzip level {level!r} is not one of 1 to 12")
        self._library = _load()
        self._compressor: int | None = self._library.libdeflate_alloc_compressor(level)
        self._decompressor: int | None = None
        self._out = bytearray()

    def __del__(self) -> None:
        # A persistent worker makes one of these per fragment.
        if getattr(self, "_compressor", None):
            self._library.libdeflate_free_compressor(self._compressor)
        if getattr(self, "_decompressor", None):
            self._library.libdeflate_free_decompressor(self._decompressor)

    def compress(self, data: bytearray, size: int) -> memoryview:
        """Compress the first ``size`` bytes of ``data`` to one member."""
        bound = self._library.libdeflate_gzip_compress_bound(self._compressor, size)
        source, target = _address(data, size), self._room(bound)
        length = self._library.libdeflate_gzip_compress(
            self._compressor, source, size, target, bound
        )
        if not length:
            raise CompressionError("libdeflate could not compress a member")
        # Its header is 1f 8b 08 00, mtime 0, extra flags, OS 255: no name and no time.
        return memoryview(self._out)[:length]

    def decompress(self, member: bytearray, size: int) -> memoryview:
        """Decompress one member of ``size`` bytes, checking its CRC."""
        if self._decompressor is None:
            self._decompressor = self._library.libdeflate_alloc_decompressor()
        used, got = ctypes.c_size_t(), ctypes.c_size_t()
        status = self._library.libdeflate_gzip_decompress_ex(
            self._decompressor,
            _address(member, len(member)),
            len(member),
            self._room(size),
            size,
            ctypes.byref(used),
            ctypes.byref(got),
        )
        if status or used.value != len(member) or got.value != size:
            raise CompressionError("damaged gzip member")
        return memoryview(self._out)[:size]

    def _room(self, size: int) -> Any:
        if len(self._out) < size:
            self._out = bytearray(size)
        return _address(self._out, len(self._out))


class MemberWriter:
    """Cuts what is written into members of ``MEMBER_SIZE`` bytes and compresses them.

    Attributes:
        members: per member, its compressed and its uncompressed size in bytes.
        size_bytes: uncompressed bytes written so far.
    """

    __slots__ = ("_buffer", "_compressor", "_filled", "_sink", "members", "size_bytes")

    def __init__(self, compressor: Compressor, sink: Callable[[memoryview], Any]) -> None:
        self._compressor = compressor
        self._sink = sink
        self._buffer = bytearray(MEMBER_SIZE)
        self._filled = 0
        self.members: list[tuple[int, int]] = []
        self.size_bytes = 0

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes, in pieces of any size."""
        length = len(data)
        self.size_bytes += length
        start = 0
        while start < length:
            count = min(length - start, MEMBER_SIZE - self._filled)
            self._buffer[self._filled : self._filled + count] = data[start : start + count]
            self._filled += count
            start += count
            if self._filled == MEMBER_SIZE:
                self._flush()

    def close(self) -> None:
        """Write the last member, if anything is left for it."""
        if self._filled:
            self._flush()

    def _flush(self) -> None:
        member = self._compressor.compress(self._buffer, self._filled)
        self._sink(member)
        self.members.append((len(member), self._filled))
        self._filled = 0


def _address(buffer: bytearray, size: int) -> Any:
    return (ctypes.c_char * size).from_buffer(buffer) if size else None


def _load() -> Any:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise CompressionError(
            f"cannot load {_LIBRARY}, which compresses layers: {error}\n"
            "  run this tool on the interpreter that Plinth pins, or install libdeflate0"
        ) from error
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    library.libdeflate_alloc_compressor.argtypes = [ctypes.c_int]
    library.libdeflate_alloc_compressor.restype = pointer
    library.libdeflate_alloc_decompressor.argtypes = []
    library.libdeflate_alloc_decompressor.restype = pointer
    library.libdeflate_free_compressor.argtypes = [pointer]
    library.libdeflate_free_compressor.restype = None
    library.libdeflate_free_decompressor.argtypes = [pointer]
    library.libdeflate_free_decompressor.restype = None
    library.libdeflate_gzip_compress_bound.argtypes = [pointer, size]
    library.libdeflate_gzip_compress_bound.restype = size
    library.libdeflate_gzip_compress.argtypes = [pointer, pointer, size, pointer, size]
    library.libdeflate_gzip_compress.restype = size
    library.libdeflate_gzip_decompress_ex.argtypes = [
        pointer, pointer, size, pointer, size, pointer, pointer
    ]  # fmt: skip
    library.libdeflate_gzip_decompress_ex.restype = ctypes.c_int
    return library
