"""The entries of a layer of any tool."""

from __future__ import annotations

import mmap

from tools.errors import PlinthError
from tools.tar.decompress import compression_of, decompress
from tools.tar.mapped import releasing, sha256_of
from tools.tar.reader import read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.tar.reader import TarEntry


class LayerError(PlinthError):
    """A layer does not match its descriptor, or is damaged."""


def read_members(path: str, expected: str = "", size: int | None = None) -> Iterator[TarEntry]:
    """Read the entries of a layer of any compression.

    Args:
        path: of the blob.
        expected: its digest, which it must have.
        size: in bytes, which it must have.

    Raises:
        LayerError: the blob is another one, or is damaged.
    """
    try:
        with open(path, "rb") as stream:
            blob = mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ)
    except ValueError:
        raise LayerError(f"{path}: an empty file is no layer") from None
    except OSError as error:
        raise LayerError(f"{path}: {error.strerror}") from error
    if size is not None and len(blob) != size:
        raise LayerError(f"{path}: {len(blob)} bytes, but its descriptor says {str(size)[:20]!a}")
    if expected and f"sha256:{sha256_of(blob)}" != expected:
        raise LayerError(f"{path}: its content is not that of {expected}\n  copy it again")
    compression = compression_of(blob[:8])
    pieces = releasing(decompress(compression, memoryview(blob)), blob)
    try:
        yield from read_tar(pieces, devices=True)
    except PlinthError as error:
        raise LayerError(f"{path}: {error}") from error
