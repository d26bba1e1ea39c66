"""Control data in deb822 form, Debian Policy §5.1: paragraphs of ``Field: value``.

Also used inside build actions, which must start fast: this file imports nothing heavy.
"""

from __future__ import annotations

from tools.errors import FormatError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Paragraph:
    """One paragraph: fields in the order they are written, looked up without regard to case.

    A value of several lines keeps its line breaks; the first character of each continuation
    line (a space or a tab) is dropped, nothing else is.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = {name.lower(): (name, value) for name, value in fields}

    def get(self, name: str, default: str = "") -> str:
        """Return the value of a field, or the default when the field is absent."""
        found = self._fields.get(name.lower())
        return default if found is None else found[1]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._fields

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields.values())

    def __len__(self) -> int:
        return len(self._fields)


def parse_paragraph(data: bytes) -> Paragraph:
    """Read data that holds exactly one paragraph, such as the ``control`` file of a package.

    Raises:
        FormatError: not one paragraph, or not UTF-8, or a line that is no field.
    """
    paragraphs = list(parse_paragraphs(data))
    if len(paragraphs) != 1:
        raise FormatError(
            "control data", _first_line(data), f"expected one paragraph, found {len(paragraphs)}"
        )
    return paragraphs[0]


def parse_paragraphs(data: bytes) -> Iterator[Paragraph]:
    """Read every paragraph; blank lines separate them, lines starting with ``#`` are comments.

    Raises:
        FormatError: not UTF-8, or a line that is no field, or a field twice in one paragraph.
    """
    fields: list[tuple[str, str]] = []
    names: set[str] = set()
    for line in _text(data).split("\n"):
        if not line.strip(" \t\r"):
            if fields:
                yield Paragraph(fields)
                fields, names = [], set()
        elif line[0] in " \t":
            if not fields:
                raise FormatError("control data", line, "a continuation line without a field")
            name, value = fields[-1]
            fields[-1] = (name, f"{value}\n{line[1:].rstrip()}")
        elif line[0] != "#":
            name, colon, value = line.partition(":")
            if not colon or not name or " " in name:
                raise FormatError("control data", line, 'a line must be "Field: value"')
            if name.lower() in names:
                raise FormatError("control data", line, "the field is there twice")
            names.add(name.lower())
            fields.append((name, value.strip()))
    if fields:
        yield Paragraph(fields)


def stanza_field(stanza: bytes, name: str) -> str:
    """Return one field of one stanza as text, without parsing the others; empty if absent.

    For indexes of tens of megabytes with few relevant stanzas. The name must be written as
    the archive writes it. Continuation lines are joined as :class:`Paragraph` does.
    """
    wanted = name.encode() + b":"
    if stanza.startswith(wanted):
        start = len(wanted)
    else:
        start = stanza.find(b"\n" + wanted)
        if start < 0:
            return ""
        start += len(wanted) + 1
    end = stanza.find(b"\n", start)
    while 0 <= end < len(stanza) - 1 and stanza[end + 1] in b" \t":
        end = stanza.find(b"\n", end + 1)
    value = stanza[start:] if end < 0 else stanza[start:end]
    return _text(value).strip().replace("\n ", "\n").replace("\n\t", "\n")


def split_stanzas(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split a stream of index bytes at its blank lines, holding one chunk at a time.

    Args:
        chunks: consecutive pieces of the index, of any size.
    """
    rest = b""
    for chunk in chunks:
        pieces = (rest + chunk).split(b"\n\n")
        rest = pieces.pop()
        for piece in pieces:
            if piece:
                yield piece.lstrip(b"\n")
    if rest.strip():
        yield rest.strip(b"\n")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("control data", _first_line(data), f"not UTF-8: {error}") from None


def _first_line(data: bytes) -> str:
    return data.lstrip().split(b"\n", 1)[0].decode("utf-8", "replace")


def built_using(paragraph: Paragraph) -> str:
    """Return the sources of others that went into a package (Policy 7.8, and Static-)."""
    fields = ("Built-Using", "Static-Built-Using")
    return ", ".join(filter(None, map(paragraph.get, fields)))
