"""GVariant values: their text format is read, and their serialized form is written.

GLib, "GVariant Text Format" and "GVariant Serialisation"; little endian. A value is a Python value
(bool, int, float, str, list, tuple, None) whose type is a type string.
"""

from __future__ import annotations

from struct import pack

from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FIXED = {
    "b": "<B", "y": "<B", "n": "<h", "q": "<H", "i": "<i", "u": "<I", "x": "<q", "t": "<Q",
    "d": "<d", "h": "<i",
}  # fmt: skip
_SIZES = {"b": 1, "y": 1, "n": 2, "q": 2, "i": 4, "u": 4, "x": 8, "t": 8, "d": 8, "h": 4}
_NAMES = {
    "boolean": "b", "byte": "y", "int16": "n", "uint16": "q", "int32": "i", "uint32": "u",
    "int64": "x", "uint64": "t", "double": "d", "string": "s", "objectpath": "o", "signature": "g",
}  # fmt: skip
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


class VariantError(PlinthError):
    """A text is not a value of its type."""


def members(kind: str) -> list[str]:
    """Return the types in a tuple or dictionary entry."""
    inner, found, at = kind[1:-1], [], 0
    while at < len(inner):
        end = _type_end(inner, at)
        found.append(inner[at:end])
        at = end
    return found


def _type_end(text: str, at: int) -> int:
    if text[at : at + 1] in {"a", "m"}:
        return _type_end(text, at + 1)
    if text[at : at + 1] in {"(", "{"}:
        depth = 0
        while at < len(text):
            depth += (text[at] in "({") - (text[at] in ")}")
            at += 1
            if not depth:
                return at
    return at + 1


def alignment(kind: str) -> int:
    """Return how a value of a type is aligned, in bytes."""
    if kind[0] in "am":
        return alignment(kind[1:])
    if kind[0] in "({":
        return max((alignment(member) for member in members(kind)), default=1)
    return 8 if kind == "v" else _SIZES.get(kind, 1)


def _is_fixed(kind: str) -> bool:
    return kind in _SIZES or (kind[0] in "({" and all(map(_is_fixed, members(kind))))


def serialize(kind: str, value: Any) -> bytes:  # noqa: PLR0911 - one for each kind of type
    """Return the serialized form of a value."""
    if kind in _FIXED:
        return pack(_FIXED[kind], value)
    if kind in {"s", "o", "g"}:
        return str(value).encode() + b"\0"
    if kind == "v":
        inner, content = value
        return serialize(inner, content) + b"\0" + str(inner).encode()
    if kind[0] == "m":
        if value is None:
            return b""
        return serialize(kind[1:], value) + (b"" if _is_fixed(kind[1:]) else b"\0")
    if kind[0] == "a":
        return _container([(kind[1:], item) for item in value], is_array=True)
    body = _container(list(zip(members(kind), value, strict=True)), is_array=False)
    if _is_fixed(kind):
        body += bytes(-len(body) % alignment(kind))
    return b"\0" if kind == "()" else body


def _container(items: list[tuple[str, Any]], *, is_array: bool) -> bytes:
    body, ends = bytearray(), []
    for number, (kind, value) in enumerate(items):
        body += bytes(-len(body) % alignment(kind))
        body += serialize(kind, value)
        if not _is_fixed(kind) and (is_array or number < len(items) - 1):
            ends.append(len(body))
    size = next(size for size in (1, 2, 4) if len(body) + size * len(ends) < 1 << 8 * size)
    ends = ends if is_array else ends[::-1]
    return bytes(body) + b"".join(end.to_bytes(size, "little") for end in ends)


def parse(kind: str, text: str) -> Any:
    """Read a value of a type.

    Raises:
        VariantError: the text is none.
    """
    reader = _Reader(text)
    try:
        value = reader.value(kind)
    except (IndexError, ValueError) as error:
        raise VariantError(f"{text.strip()!r} is no value of type {kind}") from error
    if reader.peek():
        raise VariantError(f"{text.strip()!r}: more than one value of type {kind}")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def peek(self) -> str:
        """Return the next character that is not white space; empty at the end."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def value(self, kind: str) -> Any:  # noqa: PLR0911 - one for each kind of type
        """Read a value."""
        if self.peek() == "@":
            self._word()
            return self.value(kind)
        if kind in {"s", "o", "g"}:
            if self.peek() not in {"'", '"'}:
                self._word()  # objectpath '/…'
            return self._string()
        if kind == "v":
            self._take("<")
            inner = self._inferred()
            found = (inner, self.value(inner))
            self._take(">")
            return found
        if kind[0] == "m":
            return self._maybe(kind[1:])
        if kind[0] == "a":
            if kind[1] == "{" and self.peek() == "{":
                return self._items("{", "}", lambda: self._entry(kind[1:], braces=False))
            if kind[1] == "{":
                return self._items("[", "]", lambda: self._entry(kind[1:], braces=True))
            return self._items("[", "]", lambda: self.value(kind[1:]))
        if kind[0] == "(":
            return self._tuple(kind)
        word = self._word()
        if word in _NAMES:
            word = self._word()
        return _number(kind, word)

    def _maybe(self, kind: str) -> Any:
        start = self._at
        word = self._word() if self.peek().isalpha() else ""
        if word == "nothing":
            return None
        if word != "just":
            self._at = start
        return self.value(kind)

    def _tuple(self, kind: str) -> tuple[Any, ...]:
        self._take("(")
        found: list[Any] = []
        for member in members(kind):
            if found:
                self._take(",")
            found.append(self.value(member))
        if self.peek() == ",":
            self._take(",")
        self._take(")")
        return tuple(found)

    def _entry(self, kind: str, *, braces: bool) -> tuple[Any, Any]:
        key_kind, value_kind = members(kind)
        if braces:
            self._take("{")
        key = self.value(key_kind)
        self._take("," if braces else ":")
        value = self.value(value_kind)
        if braces:
            self._take("}")
        return key, value

    def _items(self, opening: str, closing: str, read: Any) -> list[Any]:
        self._take(opening)
        found: list[Any] = []
        while self.peek() != closing:
            if found:
                self._take(",")
            found.append(read())
        self._take(closing)
        return found

    def _inferred(self) -> str:
        """Return the type of the next value, if no type is given."""
        character = self.peek()
        if character in {"'", '"'}:
            return "s"
        start = self._at
        try:
            if character == "[":
                self._take("[")
                return "a" + self._inferred()
            word = self._word()
        finally:
            self._at = start
        if word.startswith("@"):
            return word[1:]
        if word in _NAMES:
            return _NAMES[word]
        if word in {"true", "false"}:
            return "b"
        return "d" if set(word) & set(".eE") and not word.startswith("0x") else "i"

    def _word(self) -> str:
        self.peek()
        start = self._at
        stop = " \t\n,:>]})'\"" if self._text[start] != "@" else " \t\n"
        while self._at < len(self._text) and self._text[self._at] not in stop:
            self._at += 1
        if start == self._at:
            raise ValueError(self._text)
        return self._text[start : self._at]

    def _string(self) -> str:
        quote = self.peek()
        self._at += 1
        found = []
        while (character := self._text[self._at]) != quote:
            self._at += 1
            if character == "\\":
                character = self._text[self._at]
                self._at += 1
                if character in "uU":
                    length = 4 if character == "u" else 8
                    character = chr(int(self._text[self._at : self._at + length], 16))
                    self._at += length
                else:
                    character = _ESCAPES.get(character, character)
            found.append(character)
        self._at += 1
        return "".join(found)

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise ValueError(self._text)
        self._at += 1


def _number(kind: str, word: str) -> Any:
    if kind == "b":
        return {"true": 1, "false": 0}[word] if word in {"true", "false"} else int("no number")
    if kind == "d":
        return float(word)
    digits = word.lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return int(word, 8 if octal else 0)
