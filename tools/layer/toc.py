"""The table of contents of a layer, for the formats of lazy pulling.

eStargz ("TOC, TOCEntries and Footer" of its specification) and zstd:chunked, which copied it,
describe files in the same form, and pieces of files in different forms.
"""

from __future__ import annotations

from binascii import b2a_base64

from tools.errors import PlinthError
from tools.layer.entry_header import entry_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from tools.layer.facts import Entry, Facts

_TYPES = {"file": "reg", "directory": "dir", "symlink": "symlink", "hardlink": "hardlink"}
_RESERVED = ("stargz.index.json", ".prefetch.landmark", ".no.prefetch.landmark")


class TocEntry:
    """One entry of a layer, and where the members with its content are.

    Attributes:
        entry: its facts.
        chunks: offset in the blob and SHA-256 of each piece of its content.
        end: offset in the blob where the last of them ends.
        crc: CRC-64 of its content, if the format asks for it.
    """

    __slots__ = ("chunks", "crc", "end", "entry")

    def __init__(self, entry: Entry, origin: str) -> None:
        """Start an item of an entry of ``origin``.

        Raises:
            PlinthError: its name cannot be in a table of contents.
        """
        _check_name(entry["path"], origin)
        self.entry = entry
        self.chunks: list[tuple[int, str]] = []
        self.end = 0
        self.crc = b""


def items_of(facts: Facts, offsets: list[int]) -> Iterable[TocEntry]:
    """Yield the entries of a segment, in its order.

    Args:
        facts: of the fragment.
        offsets: where its members begin, and where the last one ends.

    Raises:
        PlinthError: a name that a table of contents cannot hold.
    """
    entries = {entry["path"]: entry for entry in facts["entries"]}
    for path, *content in facts["segment"]["toc"]:
        item = TocEntry(entries[path], facts["origin"])
        if content:
            first, digests, crc = content
            digests = digests or [item.entry["sha256"]]
            item.chunks = list(zip(offsets[first:], digests, strict=False))
            item.end = offsets[first + len(digests)]
            item.crc = bytes.fromhex(crc)
        yield item


def describe(item: TocEntry) -> dict[str, Any]:
    """Return the fields of an entry in both formats, including the first piece of its content."""
    entry = item.entry
    described = {
        "name": entry_name(entry),
        "type": _TYPES[entry["type"]],
        "mode": entry["mode"],
        "uid": entry["uid"],
        "gid": entry["gid"],
        "modtime": "1970-01-01T00:00:00Z",
    }
    if "target" in entry:
        described["linkName"] = entry["target"]
    if "xattrs" in entry:
        described["xattrs"] = {
            name: b2a_base64(bytes.fromhex(value), newline=False).decode()
            for name, value in entry["xattrs"].items()
        }
    if item.chunks:
        described["size"] = entry["size"]
        described["digest"] = f"sha256:{entry['sha256']}"
        described["offset"] = item.chunks[0][0]
    return described


def _check_name(path: str, origin: str) -> None:
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = path.encode("utf-8", "backslashreplace").decode()
        raise PlinthError(
            f"{origin}: {shown}: a name that is not UTF-8, which no table of contents can hold\n"
            "  compress the layer with gzip or zstd"
        ) from None
    if path in _RESERVED:
        raise PlinthError(
            f"{origin}: {path}: the name of a part of eStargz\n  compress the layer with zstd"
        )
