"""The part of protocol buffers that Bazel's workers use.

https://protobuf.dev/programming-guides/encoding: a message is a sequence of numbered fields; their
values here are integers, or bytes. Importing the library would take longer than most actions.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Field = tuple[int, int | bytes]

_VARINT, _LENGTH_DELIMITED = 0, 2


def encode(fields: Iterable[Field]) -> bytes:
    """Return a message, after its length."""
    message = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            message += _varint(number << 3 | _VARINT) + _varint(value)
        else:
            message += _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(value)) + value
    return _varint(len(message)) + message


def decode(message: bytes) -> Iterator[Field]:
    """Yield the fields of a message, in their order.

    Raises:
        ValueError: a field is neither an integer nor bytes, or the message is cut off.
    """
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        value, at = _read_varint(message, at)
        if key & 7 == _VARINT:
            yield key >> 3, value
        elif key & 7 == _LENGTH_DELIMITED and at + value <= len(message):
            yield key >> 3, message[at : at + value]
            at += value
        else:
            raise ValueError(f"cannot read field {key >> 3} of a protocol buffer")


def read(stream: Callable[[int], bytes]) -> bytes | None:
    """Read one message after its length, and not a byte more; None where there are no more.

    Args:
        stream: gives the next bytes, at most as many as it is asked for, none at the end.

    Raises:
        EOFError: it is cut off.
    """
    length = b""
    while not length or length[-1] & 0x80:
        byte = stream(1)
        if not byte:
            if length:
                raise EOFError("a message ends within its length")
            return None
        length += byte
    wanted = _read_varint(length, 0)[0]
    message = b""
    while len(message) < wanted:
        piece = stream(wanted - len(message))
        if not piece:
            raise EOFError(f"a message ends after {len(message)} of {wanted} bytes")
        message += piece
    return message


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a protocol buffer is cut off")
