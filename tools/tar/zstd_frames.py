"""Zstandard frames (RFC 8878), by libzstd: written one by one, read as a stream.

One context on one thread: with worker threads, libzstd splits its input into jobs, which changes
the bytes. Each frame carries its content size and a checksum. Releases of libzstd differ, so it is
pinned with the interpreter. docs/determinism.md has the evidence.
"""

from __future__ import annotations

import ctypes

from tools.tar.shared_library import CompressionError, address, load_library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from tools.tar.shared_library import Bytes

    class _Libzstd(Protocol):
        """The functions of zstd.h that are called here."""

        def ZSTD_createCCtx(self) -> int | None: ...  # noqa: N802 - as in C, like all of them
        def ZSTD_freeCCtx(self, context: int | None) -> int: ...  # noqa: N802
        def ZSTD_CCtx_setParameter(self, context: int | None, name: int, value: int) -> int: ...  # noqa: N802
        def ZSTD_compressBound(self, size: int) -> int: ...  # noqa: N802
        def ZSTD_compress2(  # noqa: N802
            self,
            context: int | None,
            target: Bytes | None,
            room: int,
            source: Bytes | None,
            size: int,
        ) -> int: ...
        def ZSTD_decompress(  # noqa: N802
            self, target: Bytes | None, room: int, source: Bytes | None, size: int
        ) -> int: ...
        def ZSTD_createDCtx(self) -> int | None: ...  # noqa: N802
        def ZSTD_freeDCtx(self, context: int | None) -> int: ...  # noqa: N802
        def ZSTD_decompressStream(  # noqa: N802
            self, context: int | None, target: object, source: object
        ) -> int: ...
        def ZSTD_isError(self, result: int) -> int: ...  # noqa: N802
        def ZSTD_getErrorName(self, result: int) -> bytes: ...  # noqa: N802


DEFAULT_LEVEL = 3
"""zstd's own: smaller than gzip at its best, in a seventh of the time of gzip's default."""

_LIBRARY = "libzstd.so.1"
_COMPRESSION_LEVEL, _CHECKSUM = 100, 201  # enum ZSTD_cParameter


class ZstdCompressor:
    """Zstandard frames through libzstd."""

    media_type = "application/vnd.oci.image.layer.v1.tar+zstd"

    def __init__(self, level: int = DEFAULT_LEVEL, name: str = "zstd") -> None:
        """Load the library; ``name`` is that of the format.

        Raises:
            CompressionError: it cannot be loaded, or the level is not 1 to 19.
        """
        self.name = name
        if level not in range(1, 20):
            raise CompressionError(f"zstd level {level!r} is not one of 1 to 19")
        self._library = _load()
        self._context = self._library.ZSTD_createCCtx()
        for parameter, value in ((_COMPRESSION_LEVEL, level), (_CHECKSUM, 1)):
            self._check(self._library.ZSTD_CCtx_setParameter(self._context, parameter, value))
        self._out = bytearray()

    def __del__(self) -> None:
        # A persistent worker makes one of these per fragment.
        if getattr(self, "_context", None):
            self._library.ZSTD_freeCCtx(self._context)

    def compress(self, data: bytearray, size: int) -> memoryview:
        """Compress the first ``size`` bytes of ``data`` to one frame."""
        bound = self._library.ZSTD_compressBound(size)
        target = self._room(bound)
        length = self._check(
            self._library.ZSTD_compress2(self._context, target, bound, address(data, size), size)
        )
        return memoryview(self._out)[:length]

    def decompress(self, member: bytearray, size: int) -> memoryview:
        """Decompress one frame of ``size`` bytes, comparing its checksum."""
        length = self._check(
            self._library.ZSTD_decompress(
                self._room(size), size, address(member, len(member)), len(member)
            )
        )
        if length != size:
            raise CompressionError("damaged zstd frame: its size differs from the recorded one")
        return memoryview(self._out)[:size]

    def _room(self, size: int) -> Bytes | None:
        if len(self._out) < size:
            self._out = bytearray(size)
        return address(self._out, len(self._out))

    def _check(self, result: int) -> int:
        return _check(self._library, result)


class ZstdDecoder:
    """Decodes one frame, with the interface of the standard library's decompressors."""

    def __init__(self) -> None:
        self._library = _load()
        self._context = self._library.ZSTD_createDCtx()
        self._out = bytearray()
        self._rest = b""
        self._full = False  # the last call filled its buffer: more output may be waiting
        self.eof = False

    def __del__(self) -> None:
        if getattr(self, "_context", None):
            self._library.ZSTD_freeDCtx(self._context)

    @property
    def needs_input(self) -> bool:
        """Whether all input was used."""
        return not self._rest and not self._full

    @property
    def unused_data(self) -> bytes:
        """The input beyond the end of the frame."""
        return self._rest if self.eof else b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Feed ``data``; return up to ``max_length`` decoded bytes.

        Raises:
            CompressionError: the frame is damaged.
        """
        source = bytearray(self._rest + data)
        if len(self._out) != max_length:
            self._out = bytearray(max_length)
        given = _Buffer(_pointer(source), len(source), 0)
        taken = _Buffer(_pointer(self._out), max_length, 0)
        hint = _check(
            self._library,
            self._library.ZSTD_decompressStream(
                self._context, ctypes.byref(taken), ctypes.byref(given)
            ),
        )
        self.eof, self._full = hint == 0, taken.position == max_length
        self._rest = bytes(source[given.position :])
        return bytes(self._out[: taken.position])


class _Buffer(ctypes.Structure):
    """ZSTD_inBuffer and ZSTD_outBuffer, which have the same fields."""

    _fields_ = (
        ("start", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("position", ctypes.c_size_t),
    )


def _pointer(buffer: bytearray) -> ctypes.c_void_p | None:
    start = address(buffer, len(buffer))
    return None if start is None else ctypes.cast(start, ctypes.c_void_p)


def _check(library: _Libzstd, result: int) -> int:
    if library.ZSTD_isError(result):
        raise CompressionError(f"zstd: {library.ZSTD_getErrorName(result).decode()}")
    return result


def _load() -> _Libzstd:
    size, pointer, number = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int
    library: _Libzstd = load_library(
        _LIBRARY,
        "libzstd1",
        (
            ("ZSTD_createCCtx", pointer, []),
            ("ZSTD_freeCCtx", size, [pointer]),
            ("ZSTD_CCtx_setParameter", size, [pointer, number, number]),
            ("ZSTD_compressBound", size, [size]),
            ("ZSTD_compress2", size, [pointer, pointer, size, pointer, size]),
            ("ZSTD_decompress", size, [pointer, size, pointer, size]),
            ("ZSTD_createDCtx", pointer, []),
            ("ZSTD_freeDCtx", size, [pointer]),
            ("ZSTD_decompressStream", size, [pointer, pointer, pointer]),
            ("ZSTD_isError", ctypes.c_uint, [size]),
            ("ZSTD_getErrorName", ctypes.c_char_p, [size]),
        ),
    )
    return library
