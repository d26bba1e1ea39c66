"""CRC-64 is the one of ISO 3309."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tools.layer.crc64 import Crc64


def bit_by_bit(data: bytes) -> int:
    """Return the definition: a shift register with taps at x^4, x^3, x and 1."""
    register = 2**64 - 1
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0xD8 << 56 if register & 1 else 0)
    return register ^ (2**64 - 1)


def made(*pieces: bytes) -> bytes:
    checksum = Crc64()
    for piece in pieces:
        checksum.update(piece)
    return checksum.digest()


def test_check_value() -> None:
    # "check" of CRC-64/GO-ISO in the catalogue of parametrised CRC algorithms.
    assert made(b"123456789").hex() == "b90956c775a41001"


@given(st.binary(max_size=600))
def test_as_defined(data: bytes) -> None:
    assert int.from_bytes(made(data), "big") == bit_by_bit(data)


@given(st.lists(st.binary(max_size=100), max_size=6))
def test_pieces_do_not_matter(pieces: list[bytes]) -> None:
    assert made(*pieces) == made(b"".join(pieces))


def test_long() -> None:
    data = bytes(range(256)) * 200
    assert int.from_bytes(made(data), "big") == bit_by_bit(data)
