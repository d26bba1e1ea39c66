"""Finds stanzas of one Packages file by name, in a text that is kept as it is.

Making tens of thousands of objects of it would take longer than everything else. One search records
where the stanzas begin, another one where something is provided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tools.debian.control import parse_paragraph, split_stanzas, stanza_field


class StanzaTable:
    """The stanzas of one Packages file, by the names of packages and by what they provide."""

    def __init__(self, text: bytes) -> None:
        """Read the file."""
        self._text = text
        # Where the second line of a stanza begins. Few names have several stanzas: a list for
        # each name would cost megabytes.
        self._first: dict[bytes, int] = {}
        self._more: dict[bytes, list[int]] = {}
        if not self._find_stanzas() or _odd(self._first, _SPACE):
            self._text = _in_usual_form(text)
            self._first.clear()
            self._more.clear()
            self._find_stanzas()
        self._providers: dict[bytes, list[int]] = {}
        self._find_provided()

    def stanzas(self, name: str) -> list[bytes]:
        """Return the stanzas of a package; several if the file has several versions of it."""
        key = name.encode()
        if key not in self._first:
            return []
        return [self._stanza(key, at) for at in (self._first[key], *self._more.get(key, ()))]

    def providers(self, name: str) -> list[str]:
        """Names of the packages that may provide a name; only their parsed stanza is certain."""
        return [self._owner(at) for at in self._providers.get(name.encode(), ())]

    def names(self) -> Iterator[str]:
        """All names of packages, and all that are provided."""
        for name in (*self._first, *self._providers):
            yield name.decode(errors="replace")

    def essential(self) -> Iterator[str]:
        """Names of the packages that are on every system (Debian Policy 3.8)."""
        for match in _ESSENTIAL.finditer(self._text):
            yield self._owner(match.start())

    def _find_stanzas(self) -> bool:
        """Note the stanzas; stops, and returns False, at one that does not begin with Package."""
        text, first, more = self._text, self._first, self._more
        find, begins = text.find, text.startswith
        at = 0
        while True:
            if not begins(_PACKAGE, at):
                # A blank line too many, as at the end of the file, begins no stanza.
                while begins(b"\n", at):
                    at += 1
                if at == len(text):
                    return True
                if not begins(_PACKAGE, at):
                    return False
            end = find(b"\n", at)
            if end < 0:
                end = len(text)
            name = text[at + len(_PACKAGE) : end]
            if name in first:
                more.setdefault(name, []).append(end)
            else:
                first[name] = end
            at = find(_BLANK_LINE, end)
            if at < 0:
                return True
            at += len(_BLANK_LINE)

    def _find_provided(self) -> None:
        text, providers = self._text, self._providers
        find = text.find
        at = find(_PROVIDES)
        while at >= 0:
            end = find(b"\n", at + 1)
            while end >= 0 and text[end + 1 : end + 2] in (b" ", b"\t"):
                end = find(b"\n", end + 1)
            value = text[at + len(_PROVIDES) : end if end >= 0 else len(text)]
            for provided in value.split(b","):
                name = provided.strip().partition(b" ")[0]
                if name in providers:
                    providers[name].append(at)
                else:
                    providers[name] = [at]
            at = find(_PROVIDES, end) if end >= 0 else -1
        for name in _odd(providers, _NO_NAME):
            usual = _NO_NAME.split(name)[0]
            providers[usual] = providers.get(usual, []) + providers.pop(name)
        providers.pop(b"", None)

    def _stanza(self, name: bytes, start: int) -> bytes:
        end = self._text.find(_BLANK_LINE, start)
        return _PACKAGE + name + (self._text[start:end] if end >= 0 else self._text[start:])

    def _owner(self, at: int) -> str:
        start = self._text.rfind(_BLANK_LINE, 0, at)
        start = self._text.index(_PACKAGE, 0 if start < 0 else start) + len(_PACKAGE)
        return self._text[start : self._text.index(b"\n", start)].decode(errors="replace")


# Every archive tool writes Package first; in a hand-made index it may be anywhere.
_PACKAGE = b"Package: "
_BLANK_LINE = b"\n\n"
_PROVIDES = b"\nProvides:"
_ESSENTIAL = re.compile(rb"\nEssential:[ \t]*yes[ \t\r]*(?=\n|\Z)")
_SPACE = re.compile(rb"[ \t\r]")
# What may follow a name in a list of relations without a space in between.
_NO_NAME = re.compile(rb"[(:\s\[]")


def _odd(names: Iterable[bytes], sign: re.Pattern[bytes]) -> list[bytes]:
    """Return the names in which something is found that no name has."""
    # Almost always there are none, and one search in all of them finds that out.
    if not sign.search(b"".join(names)):
        return []
    return [name for name in names if sign.search(name)]


_UNUSUAL_NAMES = {"sha256": "SHA256", "sha512": "SHA512", "md5sum": "MD5sum"}


def _in_usual_form(text: bytes) -> bytes:
    stanzas = []
    for stanza in split_stanzas([text.replace(b"\r\n", b"\n")]):
        lines = [
            f"{_UNUSUAL_NAMES.get(name.lower(), name.title())}: {value}".replace("\n", "\n ")
            for name, value in parse_paragraph(stanza)
        ]
        lines.sort(key=lambda line: not line.startswith("Package: "))
        # A stanza without a name belongs to no package.
        if stanza_field("\n".join(lines).encode(), "Package"):
            stanzas.append("\n".join(lines))
    return "\n\n".join(["", *stanzas]).encode()
