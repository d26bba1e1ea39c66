"""The end of an eStargz layer: landmark, table of contents, footer.

"eStargz: Standard-Compatible Extension to Container Image Layers for Lazy Pulling", by the
containerd project. For other readers it is a gzip-compressed tar archive with two more files.
"""

from __future__ import annotations

from tools.action import json_text
from tools.layer import compress
from tools.layer.toc import describe
from tools.tar import digest
from tools.tar.header import ZERO_BLOCK, format_header, padding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from tools.layer.blob import BlobWriter
    from tools.layer.toc import TocEntry

_LANDMARK = ".no.prefetch.landmark"
_LANDMARK_CONTENT = b"\x0f"
_CONTENTS = "stargz.index.json"


def finish(blob: BlobWriter, items: Iterable[TocEntry]) -> dict[str, str]:
    """Write what follows the last segment, the end of the archive included.

    Returns:
        the annotations of the layer's descriptor.
    """
    entries = [described for item in items for described in _describe(item)]
    entries.append(_add_landmark(blob))
    text = json_text.dumps({"version": 1, "entries": entries}).encode()
    offset = blob.size
    header = format_header(_CONTENTS.encode(), size=len(text))
    # Readers do not read beyond the member that the footer names.
    blob.add_member(header + text + bytes(padding(len(text))) + ZERO_BLOCK * 2)
    blob.add_raw(_footer(offset))
    return {
        "containerd.io/snapshot/stargz/toc.digest": _digest(text),
        # Not in the specification; podman's lazy store needs it before it has the layer.
        "io.containers.estargz.uncompressed-size": str(blob.tar_size),
    }


def _describe(item: TocEntry) -> Iterator[dict[str, Any]]:
    described = describe(item)
    last = len(item.chunks) - 1
    for number, (offset, sha256) in enumerate(item.chunks):
        if number:
            described = {
                "name": described["name"],
                "type": "chunk",
                "offset": offset,
                "chunkOffset": number * compress.MEMBER_SIZE,
            }
        described["chunkDigest"] = f"sha256:{sha256}"
        if number < last:  # the last one goes to the end of the file, and says nothing
            described["chunkSize"] = compress.MEMBER_SIZE
        yield described
    if not item.chunks:
        yield described


def _add_landmark(blob: BlobWriter) -> dict[str, Any]:
    """Add the landmark for readers to prefetch nothing."""
    blob.add(format_header(_LANDMARK.encode(), size=len(_LANDMARK_CONTENT)))
    offset = blob.size
    blob.add(_LANDMARK_CONTENT + bytes(padding(len(_LANDMARK_CONTENT))))
    content_digest = _digest(_LANDMARK_CONTENT)
    return {
        "name": _LANDMARK,
        "type": "reg",
        "mode": 0o644,
        "uid": 0,
        "gid": 0,
        "size": len(_LANDMARK_CONTENT),
        "digest": content_digest,
        "chunkDigest": content_digest,
        "offset": offset,
    }


def _footer(offset: int) -> bytes:
    """Return an empty gzip member whose extra field says where the table of contents begins."""
    extra = b"SG" + (22).to_bytes(2, "little") + b"%016xSTARGZ" % offset
    return b"".join(
        (
            b"\x1f\x8b\x08\x04\0\0\0\0\0\xff",  # RFC 1952, 2.3.1: with an extra field, OS unknown
            len(extra).to_bytes(2, "little") + extra,
            b"\x01\0\0\xff\xff",  # RFC 1951, 3.2.4: the last block, stored, empty
            bytes(8),  # CRC-32 and size of nothing
        )
    )


def _digest(content: bytes) -> str:
    return f"sha256:{digest.sha256(content).hexdigest()}"
