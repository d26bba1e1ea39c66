"""Describes a tar archive without the content of its files, in tar-split's format.

With it, and with the files on its disk, a container engine writes the layer's archive again to the
last byte; so it can check the ``diff_id`` of a layer that it has pulled in part. One JSON object a
line (github.com/vbatts/tar-split, "tar/storage"): type 2 is bytes of the archive, type 1 is a
placeholder for the content of a file.
"""

from __future__ import annotations

from binascii import b2a_base64

from tools.action import json_text
from tools.layer.entry_header import entry_header, entry_name
from tools.tar.header import padding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from tools.layer.toc import TocEntry


def tar_split(items: Iterable[TocEntry], end: bytes) -> bytes:
    """Describe an archive of ``items``, in their order, that closes with the bytes ``end``."""
    lines: list[dict[str, Any]] = []
    filler = b""  # the padding after a file goes with the next header
    for item in items:
        lines.append({"type": 2, "payload": _base64(filler + entry_header(item.entry))})
        size = item.entry.get("size", 0)
        crc = _base64(item.crc) if item.crc else None
        lines.append({"type": 1, "name": entry_name(item.entry), "size": size, "payload": crc})
        filler = bytes(padding(size))
    lines.append({"type": 2, "payload": _base64(filler + end)})
    return "".join(
        json_text.dumps({**line, "position": number}) + "\n" for number, line in enumerate(lines)
    ).encode()


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()
