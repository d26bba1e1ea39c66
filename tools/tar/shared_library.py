"""Loads C libraries that are pinned with the interpreter, through ctypes."""

from __future__ import annotations

import ctypes

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Bytes = ctypes.Array[ctypes.c_char]
    Function = tuple[str, type[object] | None, Sequence[type[object]]]


class CompressionError(PlinthError):
    """A compressor is missing, does not support a request, or received damaged data."""


def load_library(name: str, package: str, functions: Iterable[Function]) -> Any:
    """Load a library.

    Args:
        name: its soname.
        package: Debian's name of its package.
        functions: for each called one, the name, the type of the result and those of the arguments.

    Raises:
        CompressionError: there is no such library.
    """
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise CompressionError(
            f"cannot load {name}: {error}\n"
            f"  run this tool on the interpreter that Plinth pins, or install {package}"
        ) from error
    for function, result, arguments in functions:
        prototype = getattr(library, function)
        prototype.restype, prototype.argtypes = result, arguments
    return library


def address(buffer: bytearray, size: int) -> Bytes | None:
    """Return the first ``size`` bytes of a buffer, for a C function."""
    return (ctypes.c_char * size).from_buffer(buffer) if size else None
