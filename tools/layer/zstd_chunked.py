"""The end of a zstd:chunked layer: table of contents, tar-split, footer, in skippable frames.

The format is that of containers/storage ("pkg/chunked"); there is no specification. For other
readers it is a zstd-compressed tar archive.
"""

from __future__ import annotations

from tools.action import json_text
from tools.layer import compress
from tools.layer.tar_split import tar_split
from tools.layer.toc import describe
from tools.tar import digest
from tools.tar.header import ZERO_BLOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tools.layer.blob import BlobWriter
    from tools.layer.toc import TocEntry

_PREFIX = "io.github.containers.zstd-chunked."
_SKIPPABLE = b"\x50\x2a\x4d\x18"  # RFC 8878, 3.1.2
_TYPE = 1  # the only type of table that there is
_MAGIC = b"GNUlInUx"


def finish(blob: BlobWriter, items: list[TocEntry]) -> dict[str, str]:
    """Write what follows the last segment, the end of the archive included.

    Returns:
        the annotations of the layer's descriptor.
    """
    end = ZERO_BLOCK * 2
    blob.add(end)
    split = tar_split(items, end)
    packed_split = blob.compressed(split)
    entries = [described for item in items for described in _describe(item)]
    table = json_text.dumps(
        {"version": 1, "entries": entries, "tarSplitDigest": _digest(packed_split)}
    ).encode()
    packed_table = blob.compressed(table)
    table_place = (_add_frame(blob, packed_table), len(packed_table), len(table))
    split_place = (_add_frame(blob, packed_split), len(packed_split), len(split))
    numbers = (*table_place, _TYPE, *split_place)
    _add_frame(blob, b"".join(number.to_bytes(8, "little") for number in numbers) + _MAGIC)
    return {
        _PREFIX + "manifest-checksum": _digest(packed_table),
        _PREFIX + "manifest-position": ":".join(map(str, (*table_place, _TYPE))),
        _PREFIX + "tarsplit-position": ":".join(map(str, split_place)),
    }


def _describe(item: TocEntry) -> Iterator[dict[str, Any]]:
    described = describe(item)
    if not item.chunks:
        yield described
        return
    described["endOffset"] = item.end
    if len(item.chunks) == 1:
        yield described
        return
    left = item.entry["size"]
    for number, (offset, sha256) in enumerate(item.chunks):
        if number:
            described = {
                "name": described["name"],
                "type": "chunk",
                "offset": offset,
                "chunkOffset": number * compress.MEMBER_SIZE,
            }
        described["chunkDigest"] = f"sha256:{sha256}"
        described["chunkSize"] = min(left, compress.MEMBER_SIZE)
        left -= compress.MEMBER_SIZE
        yield described


def _add_frame(blob: BlobWriter, content: bytes) -> int:
    """Write a frame that decompressors skip; return the offset of its content."""
    blob.add_raw(_SKIPPABLE + len(content).to_bytes(4, "little"))
    offset = blob.size
    blob.add_raw(content)
    return offset


def _digest(content: bytes) -> str:
    return f"sha256:{digest.sha256(content).hexdigest()}"
