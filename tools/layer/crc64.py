"""CRC-64 as ISO 3309 defines it and tar-split uses it, at the speed of large integers.

A CRC is the remainder of a polynomial over GF(2), and Python's integers are such polynomials:
shifting multiplies by a power of x, XOR adds. The divisor is x^64 + x^4 + x^3 + x + 1, so x^64
leaves r = x^4 + x^3 + x + 1, and squaring in GF(2) only spreads exponents: x^(64n) leaves
x^(4n) + x^(3n) + x^n + 1 for every n that is a power of two. So each step folds the upper half of
the number onto the lower one with three shifts.
"""

from __future__ import annotations

_ONES = (1 << 64) - 1
_PIECE = 1 << 14  # bytes: numbers of this size stay in the processor's cache
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class Crc64:
    """A running checksum.

    The CRC is reflected (the first bit of a byte is its lowest), starts as all ones and is
    inverted at the end.
    """

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state = _ONES

    def update(self, data: bytes | memoryview) -> None:
        """Add bytes."""
        for start in range(0, len(data), _PIECE):
            piece = bytes(data[start : start + _PIECE])
            number = int.from_bytes(piece.translate(_REVERSED), "big") << 64
            bits = 8 * len(piece)
            self._state = _remainder(number ^ (self._state << bits), bits + 64)

    def digest(self) -> bytes:
        """Return the checksum, most significant byte first."""
        return (self._state ^ _ONES).to_bytes(8, "big").translate(_REVERSED)[::-1]


def _remainder(number: int, bits: int) -> int:
    n = 1
    while 128 * n < bits:
        n *= 2
    while n:
        low = (1 << 64 * n) - 1
        # Twice: what the first fold adds above 64n is at most 4n bits long.
        for _ in range(2):
            high = number >> 64 * n
            number = (number & low) ^ (high ^ high << n ^ high << 3 * n ^ high << 4 * n)
        n //= 2
    return number
