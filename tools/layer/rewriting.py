"""Makes a fragment again with only some of its files."""

from __future__ import annotations

import mmap
import os

from tools.action.params import Params
from tools.errors import PlinthError
from tools.layer.compress import WITH_TOC, compressor
from tools.layer.fragment import FragmentWriter
from tools.tar.decompress import decompress
from tools.tar.header import FILE, HARDLINK, format_header, padding
from tools.tar.reader import encode_name, read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import IO, Any

    from tools.layer.compress import Compressor
    from tools.layer.facts import Facts
    from tools.tar.reader import TarEntry

    Range = tuple[int, int]

_END_OF_ARCHIVE = bytes(1024)


def only(segment: str, facts: Facts, out: str, compression: dict[str, Any] | None) -> Facts:
    """Write a segment again with some of its files and links.

    Members without a file that goes are copied as they are.

    Args:
        segment: file with the compressed entries.
        facts: about them, with only the wanted entries, which include the targets of hard links.
        out: file to write.
        compression: as the params file has it.

    Returns:
        the facts of the new segment.
    """
    codec = compressor(compression)
    if codec.name in WITH_TOC:
        return _packed_again(segment, facts, out, compression)
    described = facts["segment"]
    members: list[Range] = []
    with open(segment, "rb") as source, open(out, "wb") as target:
        gone = _ranges(source, facts, codec)
        source.seek(0)
        begin = 0
        for compressed_size, size in described["members"]:
            member = bytearray(source.read(compressed_size))
            end = begin + size
            holes = [
                (max(first, begin) - begin, min(last, end) - begin)
                for first, last in gone
                if first < end and last > begin
            ]
            begin = end
            if not holes:
                target.write(member)
                members.append((compressed_size, size))
                continue
            kept = _without(codec.decompress(member, size), holes)
            if kept:
                packed = codec.compress(kept, len(kept))
                target.write(packed)
                members.append((len(packed), len(kept)))
    rest = facts.copy()
    rest["segment"] = {
        "size": sum(size for _, size in members),
        "compressed_size": sum(size for size, _ in members),
        "compression": described["compression"],
        "members": members,
    }
    return rest


def _ranges(source: IO[bytes], facts: Facts, codec: Compressor) -> list[Range]:
    """Which bytes of the archive are of entries that go; neighbours are one range."""
    paths = {item["path"] for item in facts["entries"]}
    described = facts["segment"]
    found: list[Range] = []
    position = 0
    contents = (
        bytes(codec.decompress(bytearray(source.read(compressed_size)), size))
        for compressed_size, size in described["members"]
    )
    for entry in read_tar(_ended(contents)):
        end = position + _length(entry)
        if entry.path not in paths:
            start = found.pop()[0] if found and found[-1][1] == position else position
            found.append((start, end))
        position = end
    if position != described["size"]:
        raise PlinthError(f"{facts['origin']}: its segment is not as Plinth writes it")
    return found


def _length(entry: TarEntry) -> int:
    """Return how many bytes of the archive an entry takes."""
    header = format_header(
        encode_name(entry.path),
        typeflag=entry.type,
        mode=entry.mode,
        uid=entry.uid,
        gid=entry.gid,
        size=entry.size,
        linkname=encode_name(entry.target),
        attributes=entry.attributes or None,
    )
    return len(header) + entry.size + padding(entry.size)


def _without(content: memoryview, holes: Collection[Range]) -> bytearray:
    kept = bytearray()
    position = 0
    for first, last in holes:
        kept += content[position:first]
        position = last
    return kept + content[position:]


def _packed_again(
    segment: str, facts: Facts, out: str, compression: dict[str, Any] | None
) -> Facts:
    """Do the same in a format with a table of contents, which is about each file."""
    paths = {item["path"] for item in facts["entries"]}
    values: dict[str, list[Any]] = {
        "out_segment": [out],
        "out_facts": [out + ".json"],
        "origin": [facts["origin"]],
    }
    if compression:
        values["compression"] = [compression]
    if facts.get("component"):
        values["component"] = [facts["component"]]
    writer = FragmentWriter(Params(values), facts["origin"])
    suffix = "zst" if "zst" in facts["segment"]["compression"] else "gz"
    with open(segment, "rb") as stream:
        whole = mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ)
    with memoryview(whole) as view:
        for entry in read_tar(_ended(decompress(suffix, view))):
            if entry.path not in paths:
                continue
            if entry.type == FILE:
                writer.file(
                    entry.path,
                    entry.size,
                    entry.body(),
                    mode=entry.mode,
                    attributes=entry.attributes or None,
                    uid=entry.uid,
                    gid=entry.gid,
                )
            elif entry.type == HARDLINK:
                writer.hardlink(entry.path, entry.target)
            else:
                writer.symlink(entry.path, entry.target, uid=entry.uid, gid=entry.gid)
    whole.close()
    writer.finish()
    os.unlink(out + ".json")
    return {**facts, "segment": writer.segment}


def _ended(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a segment as a separate archive."""
    yield from pieces
    yield _END_OF_ARCHIVE
