"""The outer form of OpenPGP data: ASCII armor, and signatures that follow each other."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator


def decode_armor(data: bytes, begin: bytes, end: bytes) -> bytes:
    """Return armored blocks in binary form; empty if there is none, or one is broken.

    Args:
        data: of a key or signature file.
        begin: the line that begins a block.
        end: the line that ends it.
    """
    if data[:1] >= b"\x80":  # RFC 9580 §4.2: the top bit of a packet's first byte is set.
        return data
    decoded = b""
    for block in data.replace(b"\r\n", b"\n").split(begin)[1:]:
        armored, ended, _ = block.partition(end)
        _, _, encoded = armored.partition(b"\n\n")
        lines = [line.strip() for line in encoded.split(b"\n") if not line.startswith(b"=")]
        try:
            decoded += base64.b64decode(b"".join(lines), validate=True)
        except binascii.Error:
            ended = b""
        if not ended:
            return b""
    return decoded


def split_signatures(data: bytes) -> Iterator[bytes]:
    """Split concatenated signatures (RFC 9580 §4.2); stop at the first other packet."""
    start = 0
    while start + 1 < len(data):
        tag, first = data[start], data[start + 1]
        if tag & 0x40:  # The current format.
            kind = tag & 0x3F
            width = 1 if first < 192 else 2 if first < 224 else 5 if first == 255 else 0
            size = first
            if width == 2:
                size = ((first - 192) << 8) + int.from_bytes(data[start + 2 : start + 3]) + 192
            elif width == 5:
                size = int.from_bytes(data[start + 2 : start + 6])
        else:  # The legacy format, which gpg still writes.
            kind = (tag >> 2) & 0x0F
            width = (1, 2, 4, 0)[tag & 3]
            size = int.from_bytes(data[start + 1 : start + 1 + width])
        end = start + 1 + width + size
        if not tag & 0x80 or kind != _SIGNATURE_PACKET or not width or end > len(data):
            return
        yield data[start:end]
        start = end


_SIGNATURE_PACKET = 2
