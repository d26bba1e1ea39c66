"""Reads files of any size through memory maps.

The pages that were read count as memory of the process until the system needs them. A worker
releases them while it reads, so its memory does not grow with a package.
"""

from __future__ import annotations

from mmap import MADV_DONTNEED

from tools.tar import digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

_EVERY = 64  # pieces; those of ``decompress`` are 256 KiB
_PIECE = 16 << 20


def releasing(pieces: Iterator[bytes], mapping: mmap) -> Iterator[bytes]:
    """Yield the pieces, which are made of a mapped file, and release its pages at intervals."""
    for number, piece in enumerate(pieces, 1):
        if not number % _EVERY:
            mapping.madvise(MADV_DONTNEED)
        yield piece


def sha256_of(mapping: mmap) -> str:
    """SHA-256 of a whole file, in hexadecimal."""
    sha256 = digest.sha256()
    with memoryview(mapping) as view:
        for start in range(0, len(view), _PIECE):
            with view[start : start + _PIECE] as piece:
                sha256.update(piece)
            mapping.madvise(MADV_DONTNEED)
    return sha256.hexdigest()
