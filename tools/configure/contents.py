"""Reads files from the segments and layers of an image, a few at a time."""

from __future__ import annotations

import mmap

from tools.errors import PlinthError
from tools.tar.decompress import decompress
from tools.tar.header import FILE
from tools.tar.reader import read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tools.layer.facts import Facts, Segment

_END_OF_ARCHIVE = bytes(1024)


class Source:
    """A segment or a layer: compressed entries, and what is known about them.

    Attributes:
        facts: of the fragment, or layer.json.
        path: of the file with the compressed entries; empty if it is not available.
    """

    __slots__ = ("facts", "path")

    def __init__(self, facts: Facts, path: str) -> None:
        self.facts = facts
        self.path = path

    def read(self, wanted: set[str]) -> dict[str, bytes]:
        """Return the contents of some files, by path; missing ones are left out."""
        found: dict[str, bytes] = {}
        if not self.path:
            return found
        with open(self.path, "rb") as stream:
            whole = mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ)
        with memoryview(whole) as view:
            for compression, begin, end, skipped in self._regions(wanted):
                with view[begin:end] as region:
                    found.update(_read(compression, region, skipped, wanted - found.keys()))
                if len(found) == len(wanted):
                    break
        whole.close()
        return found

    def _regions(self, wanted: set[str]) -> list[tuple[str, int, int, int]]:
        """Which bytes hold the wanted files.

        Returns:
            (compression, begin, end, bytes of tar to pass over) each.
        """
        if "segment" in self.facts:
            segment = self.facts["segment"]
            begin, skipped = _start(segment, wanted)
            end = segment["compressed_size"]
            return [(_compression(segment["compression"]), begin, end, skipped)]
        compression = _compression(self.facts["media_type"])
        if self.facts.get("foreign"):
            return [(compression, 0, self.facts["size"], 0)]
        origins = {entry["origin"] for entry in self.facts["entries"] if entry["path"] in wanted}
        return [
            (compression, item["offset"], item["offset"] + item["compressed_size"], 0)
            for item in self.facts["fragments"]
            if item["origin"] in origins and item["compressed_size"]
        ]


class Contents:
    """The contents of all files of an image; the last source with a path counts."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = list(sources)
        self._owners: dict[str, Source] | None = None
        self._known: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises:
            PlinthError: no source has it.
        """
        self.fetch((path,))
        if path not in self._known:
            raise PlinthError(
                f"{path}: its content is needed for the configuration, but is not at hand\n"
                "  list the layer that has it in `base`"
            )
        return self._known[path]

    def fetch(self, paths: Iterable[str]) -> None:
        """Read some files at once, so that each source is unpacked once."""
        missing = {path for path in paths if path not in self._known}
        if not missing:
            return
        if self._owners is None:
            self._owners = {
                entry["path"]: source
                for source in self._sources
                for entry in source.facts["entries"]
                if entry["type"] == "file"
            }
        by_source: dict[int, set[str]] = {}
        for path in missing:
            source = self._owners.get(path)
            if source is not None:
                by_source.setdefault(id(source), set()).add(path)
        for source in self._sources:
            if id(source) in by_source:
                self._known.update(source.read(by_source[id(source)]))


def _start(segment: Segment, wanted: set[str]) -> tuple[int, int]:
    """Return where to begin reading a segment: its member, and how much of that to skip."""
    for number, (offset, first, last) in segment.get("spans", ()):
        if any(first <= path <= last for path in wanted):
            before = segment["members"][:number]
            return sum(member[0] for member in before), offset - sum(member[1] for member in before)
    return 0, 0


def _read(compression: str, region: memoryview, skipped: int, wanted: set[str]) -> dict[str, bytes]:
    """Read some files of a part of an archive, which is unpacked only up to the last of them."""
    found: dict[str, bytes] = {}
    pieces = _after(skipped, decompress(compression, region))
    # Layers of other tools may hold devices; ours have none.
    for entry in read_tar(_ended(pieces), devices=True):
        if entry.type == FILE and entry.path in wanted:
            found[entry.path] = b"".join(map(bytes, entry.body()))
            if len(found) == len(wanted):
                break
    return found


def _after(skipped: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the data after some bytes."""
    for piece in pieces:
        if skipped < len(piece):
            yield piece[skipped:]
        skipped = max(0, skipped - len(piece))


def _compression(name: str) -> str:
    """Return the name for ``decompress`` of the compression of a format or media type."""
    if "zst" in name:
        return "zst"
    return "gz" if "gz" in name else ""


def _ended(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a part of an archive as a separate archive."""
    yield from pieces
    yield _END_OF_ARCHIVE
