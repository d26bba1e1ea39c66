"""C libraries that the interpreter is pinned with, through ctypes."""

from __future__ import annotations

import ctypes

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class CompressionError(PlinthError):
    """A compressor is missing, was asked for what it cannot do, or was fed damaged data."""


def load_library(name: str, package: str) -> Any:
    """Load a library by its soname; ``package`` is Debian's name of what holds it.

    Raises:
        CompressionError: there is no such library.
    """
    try:
        return ctypes.CDLL(name)
    except OSError as error:
        raise CompressionError(
            f"cannot load {name}: {error}\n"
            f"  run this tool on the interpreter that Plinth pins, or install {package}"
        ) from error


def address(buffer: bytearray, size: int) -> Any:
    """Return the first ``size`` bytes of a buffer, as a C function takes them."""
    return (ctypes.c_char * size).from_buffer(buffer) if size else None
