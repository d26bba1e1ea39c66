"""Finds stanzas of one Packages file by name, in a text that is kept as it is.

Making tens of thousands of objects of it would take longer than all else. One search notes where
the stanzas begin, another one where something is provided.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator

from tools.debian.control import parse_paragraph, split_stanzas, stanza_field


class StanzaTable:
    """The stanzas of one Packages file, by the names of packages and by what they provide."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        """Reads the file.

        Args:
            chunks: its text, in pieces of any size.
        """
        # So that every stanza is preceded by a blank line, the first one too.
        self._text = b"".join((b"\n\n", *chunks))
        found = [(match[1], match.end()) for match in _STANZA.finditer(self._text)]
        if any(name is None for name, _ in found):
            self._text = _in_usual_form(self._text)
            found = [(match[1], match.end()) for match in _STANZA.finditer(self._text)]
        self._names = [name for name, _ in found]
        # Where the second line begins.
        self._starts = [start for _, start in found]
        self._first: dict[bytes, int] = {}
        # Few names have several stanzas; a list for each name would cost megabytes.
        self._more: dict[bytes, list[int]] = {}
        for at, name in enumerate(self._names):
            if self._first.setdefault(name, at) != at:
                self._more.setdefault(name, []).append(at)
        self._providers: dict[bytes, list[int]] = {}
        for match in _PROVIDES.finditer(self._text):
            for name in _NAME.findall(match[1]):
                self._providers.setdefault(name, []).append(match.start())

    def stanzas(self, name: str) -> list[bytes]:
        """The stanzas of a package; several if the file has several versions of it."""
        key = name.encode()
        if key not in self._first:
            return []
        return [self._stanza(at) for at in (self._first[key], *self._more.get(key, ()))]

    def providers(self, name: str) -> list[str]:
        """Names of the packages that may provide a name; what they say in full tells for sure."""
        owners = (bisect(self._starts, at) - 1 for at in self._providers.get(name.encode(), ()))
        return [self._names[owner].decode() for owner in owners]

    def names(self) -> Iterator[str]:
        """All names of packages, and all that are provided."""
        for name in (*self._names, *self._providers):
            yield name.decode()

    def _stanza(self, number: int) -> bytes:
        start = self._starts[number]
        end = self._text.find(b"\n\n", start)
        head = b"Package: " + self._names[number]
        return head + (self._text[start:end] if end >= 0 else self._text[start:])


# Every archive tool writes Package first; in a hand-made index it may be anywhere. A blank line
# at the end of the file begins no stanza.
_STANZA = re.compile(rb"\n\n+(?=[^\n])(?:Package: (\S*)[ \t]*(?=\n|\Z))?")
_PROVIDES = re.compile(rb"\nProvides:([^\n]*(?:\n[ \t][^\n]*)*)")
# The names in a list of relations: each is followed by what matters less here.
_NAME = re.compile(rb"([A-Za-z0-9][^\s,(:]*)[^,]*")
_UNUSUAL_NAMES = {"sha256": "SHA256", "sha512": "SHA512", "md5sum": "MD5sum"}


def _in_usual_form(text: bytes) -> bytes:
    stanzas = []
    for stanza in split_stanzas([text.replace(b"\r\n", b"\n")]):
        lines = [
            f"{_UNUSUAL_NAMES.get(name.lower(), name.title())}: {value}".replace("\n", "\n ")
            for name, value in parse_paragraph(stanza)
        ]
        lines.sort(key=lambda line: not line.startswith("Package: "))
        # A stanza without a name is nobody's.
        if stanza_field("\n".join(lines).encode(), "Package"):
            stanzas.append("\n".join(lines))
    return "\n\n".join(["", *stanzas]).encode()
