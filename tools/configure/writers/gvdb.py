"""Writes GVDB files: hash tables of GVariant values (GLib, ``gvdb-format.h``), little endian."""

from __future__ import annotations

from struct import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = bytes | Mapping[str, "Value"]

_HEADER = 24
_NO_PARENT = 0xFFFFFFFF
_BLOOM = 5 << 27  # no words of a Bloom filter


def write_gvdb(table: Mapping[str, Value]) -> bytes:
    """Make a file with one table.

    Each table has a list of its keys, but for those that begin with a dot.

    Args:
        table: by key, a serialized variant, or a table of the same kind.
    """
    out = bytearray(_HEADER)
    start, end = _add_table(out, table)
    out[:_HEADER] = b"GVariant" + pack("<IIII", 0, 0, start, end)
    return bytes(out)


def _add_table(out: bytearray, table: Mapping[str, Value]) -> tuple[int, int]:
    keys = ["", *sorted(table)]
    count = len(keys)
    ordered = sorted(keys, key=lambda key: (_hash(key) % count, key))
    numbers = {key: number for number, key in enumerate(ordered)}
    _align(out, 4)
    start = len(out)
    buckets_at = start + 8
    items_at = buckets_at + 4 * count
    end = items_at + 24 * count
    out += bytes(end - start)
    out[start:buckets_at] = pack("<II", _BLOOM, count)
    for bucket in range(count):
        first = sum(1 for key in ordered if _hash(key) % count < bucket)
        out[buckets_at + 4 * bucket : buckets_at + 4 * bucket + 4] = pack("<I", first)
    for key in ordered:
        parent = numbers[""] if key and not key.startswith(".") else _NO_PARENT
        encoded = key.encode()
        key_at = len(out)
        out += encoded
        kind, value_start, value_end = _add_value(out, key, table, numbers)
        at = items_at + 24 * numbers[key]
        out[at : at + 24] = pack(
            "<IIIHcxII",
            _hash(key), parent, key_at, len(encoded), kind, value_start, value_end,
        )  # fmt: skip
    return start, end


def _add_value(
    out: bytearray, key: str, table: Mapping[str, Value], numbers: Mapping[str, int]
) -> tuple[bytes, int, int]:
    if not key:
        children = [number for name, number in sorted(numbers.items()) if name and name[0] != "."]
        _align(out, 4)
        start = len(out)
        out += b"".join(pack("<I", number) for number in children)
        return b"L", start, len(out)
    value = table[key]
    if not isinstance(value, bytes):
        return b"H", *_add_table(out, value)
    _align(out, 8)
    start = len(out)
    out += value
    return b"v", start, len(out)


def _align(out: bytearray, size: int) -> None:
    out += bytes(-len(out) % size)


def _hash(key: str) -> int:
    """djb2 over signed characters."""
    value = 5381
    for byte in key.encode():
        value = (value * 33 + (byte - 256 if byte > 127 else byte)) & 0xFFFFFFFF
    return value
