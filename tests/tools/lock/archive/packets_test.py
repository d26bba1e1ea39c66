"""OpenPGP packets that are broken are one error, whatever is wrong with them."""

from __future__ import annotations

import pytest

from tools.lock.archive.packets import PacketError, read_certificates, read_signature


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\xc6",
        b"\xc6\x05\x04",
        b"\xc6\x01\x04",
        b"\x9a\x00\x01\x00\x05\x04" + bytes(0x10004),  # a key larger than its length can say
        b"\xc6\xff\xff\xff\xff\xff\x04",
        b"\x9b\x04",
        b"\xc6\xe1\x04",
    ],
)
def test_broken_certificates(data: bytes) -> None:
    with pytest.raises(PacketError):
        read_certificates(data)


@pytest.mark.parametrize(
    "body", [b"", b"\x04", b"\x04\0\0\x08\0\x05\0", b"\x04\0\0\x08\0\x02\0\x02\0\0", b"\x04" * 4]
)
def test_broken_signatures(body: bytes) -> None:
    with pytest.raises(PacketError):
        read_signature(body)
