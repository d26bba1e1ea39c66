"""Reads GVDB, the tables of GLib's compiled settings, whatever the order of what is in them."""

from __future__ import annotations

import struct
from typing import Any

_NO_PARENT = 0xFFFFFFFF


def read_gvdb(data: bytes) -> dict[str, Any]:
    """Return the tables of a file: by key a serialized variant, names of keys, or a table."""
    return _table(data, *struct.unpack_from("<II", data, 16))


def _table(data: bytes, start: int, end: int) -> dict[str, Any]:
    bloom, buckets = struct.unpack_from("<II", data, start)
    first = start + 8 + 4 * (bloom & 0x7FFFFFF) + 4 * buckets
    items = [struct.unpack_from("<IIIHBxII", data, at) for at in range(first, end, 24)]

    def name(number: int) -> str:
        _, parent, at, size, *_ = items[number]
        before = "" if parent == _NO_PARENT else name(parent)
        return before + data[at : at + size].decode()

    found: dict[str, Any] = {}
    for number, (*_, kind, begin, finish) in enumerate(items):
        value: Any = data[begin:finish]
        if kind == ord("H"):
            value = _table(data, begin, finish)
        elif kind == ord("L"):
            value = sorted(name(inner) for (inner,) in struct.iter_unpack("<I", value))
        found[name(number)] = value
    return found
