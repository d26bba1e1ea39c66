"""Reads protocol buffers in the text form that Bazel writes, one field a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """Fields in the order of the file; a name may occur any number of times."""

    fields: list[tuple[str, Message | str]] = field(default_factory=list)

    def messages(self, name: str) -> list[Message]:
        """All messages of a name."""
        return [value for key, value in self.fields if key == name and isinstance(value, Message)]

    def text(self, name: str, default: str = "") -> str:
        """Return the first scalar of a name."""
        return next(
            (value for key, value in self.fields if key == name and isinstance(value, str)),
            default,
        )


def parse_textproto(text: str) -> Message:
    """Read a message.

    Raises:
        ValueError: a line is neither a field, nor the begin or end of a message.
    """
    return _message(enumerate(text.splitlines(), 1))


_FIELD = re.compile(r'\s*(\w+)(?: \{|: (?:"(?P<string>(?:[^"\\]|\\.)*)"|(?P<scalar>\S+)))\s*')
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)")
_CONTROL = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}


def _message(lines: Iterator[tuple[int, str]]) -> Message:
    message = Message()
    for number, line in lines:
        if line.strip() == "}":
            break
        match = _FIELD.fullmatch(line)
        if not match:
            raise ValueError(f"line {number}: not a field: {line}")
        if match["string"] is not None:
            message.fields.append((match[1], _unescape(match["string"])))
        elif match["scalar"] is not None:
            message.fields.append((match[1], match["scalar"]))
        else:
            message.fields.append((match[1], _message(lines)))
    return message


def _unescape(text: str) -> str:
    def character(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8)]) if code.isdigit() else _CONTROL.get(code, code)

    decoded = _ESCAPE.sub(character, text.encode()).decode()
    # Up to version 8, Bazel holds the bytes of a file as Latin-1, and encodes those.
    try:
        return decoded.encode("latin-1").decode()
    except UnicodeError:
        return decoded
