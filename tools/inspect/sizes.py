"""Sizes in bytes, as people write and read them."""

from __future__ import annotations

from tools.errors import PlinthError

_UNITS = {
    "B": 1, "": 1,
    "KB": 10**3, "MB": 10**6, "GB": 10**9,
    "KIB": 2**10, "MIB": 2**20, "GIB": 2**30,
}  # fmt: skip


def parse_size(text: str) -> int:
    """Read a size: ``12MB`` (a million bytes each), ``1.5 MiB`` (2**20), or plain bytes.

    Raises:
        PlinthError: it is none.
    """
    number = text.strip().rstrip("BbKkMmGgIi ")
    unit = text.strip()[len(number) :].strip().upper()
    try:
        size = float(number) * _UNITS[unit]
    except (KeyError, ValueError):
        size = -1
    if not 0 <= size < 1 << 62:
        raise PlinthError(f"{text!r} is not a size\n  write it as 12MB, 1.5MiB or 65536")
    return int(size)


def format_size(size: int) -> str:
    """Write a size in decimal units, with as many digits as a reader needs."""
    for unit, value in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if abs(size) >= value:
            return f"{size / value:.1f} {unit}"
    return f"{size} B"


def format_change(before: int, after: int) -> str:
    """Write the difference of two sizes, with its sign."""
    difference = after - before
    return f"{'+' if difference > 0 else ''}{format_size(difference)}" if difference else "="
