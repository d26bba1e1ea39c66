"""Makes a fragment again with only some of its files."""

from __future__ import annotations

import mmap
import os

from tools.action.params import Params
from tools.layer.fragment import FragmentWriter
from tools.tar.decompress import decompress
from tools.tar.header import FILE, HARDLINK
from tools.tar.reader import read_tar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tools.layer.facts import Facts

_END_OF_ARCHIVE = bytes(1024)


def only(segment: str, facts: Facts, out: str, compression: dict[str, Any] | None) -> Facts:
    """Write a segment again with some of its files and links.

    Args:
        segment: file with the compressed entries.
        facts: about them, with only the wanted entries, which include the targets of hard links.
        out: file to write.
        compression: as the params file has it.

    Returns:
        the facts of the new segment.
    """
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
