"""Version numbers and their order, Debian Policy §5.6.12."""

from __future__ import annotations

import re
from functools import total_ordering

from tools.errors import FormatError


@total_ordering
class Version:
    """A package version: ``[epoch:]upstream[-revision]``.

    Versions are equal when Policy says so, not when their text is: ``1.0``, ``0:1.0`` and
    ``1.0-0`` are one version, and hash alike. ``str()`` gives the text back unchanged.

    Raises:
        FormatError: the text is not a version number.
    """

    __slots__ = ("_key", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._key = _key(text)

    @property
    def epoch(self) -> int:
        """The epoch; 0 when none is written."""
        return self._key[0]

    @property
    def upstream(self) -> str:
        """The upstream version."""
        return _split(self.text)[1]

    @property
    def revision(self) -> str:
        """The Debian revision; empty for a native package."""
        return _split(self.text)[2]

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self._key < other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Version({self.text!r})"


_UPSTREAM = re.compile(r"[A-Za-z0-9.+~:-]+")
_REVISION = re.compile(r"[A-Za-z0-9.+~]+")
# Longer than every real one; and int() refuses numbers of thousands of digits.
_LONGEST = 1000
_PARTS = re.compile(r"([^0-9]*)([0-9]*)")


def _split(text: str) -> tuple[str, str, str]:
    # "The epoch is the text before the first colon, the revision the text after the last hyphen."
    epoch, colon, rest = text.partition(":")
    if not colon:
        epoch, rest = "0", text
    upstream, hyphen, revision = rest.rpartition("-")
    return (epoch, upstream, revision) if hyphen else (epoch, rest, "")


def _key(text: str) -> tuple[int, ...]:
    if len(text) > _LONGEST:
        raise FormatError("version", text, f"it is longer than {_LONGEST} characters")
    epoch, upstream, revision = _split(text)
    if not (epoch.isascii() and epoch.isdigit()):
        raise FormatError("version", text, f'the epoch "{epoch}" is not a number')
    if not _UPSTREAM.fullmatch(upstream):
        raise FormatError("version", text, _blame("upstream version", upstream))
    if (revision or text.endswith("-")) and not _REVISION.fullmatch(revision):
        raise FormatError("version", text, _blame("revision", revision))
    # An absent revision is equivalent to the revision 0.
    return (int(epoch), *_order(upstream), *_order(revision or "0"))


def _order(part: str) -> list[int]:
    """Flatten one part so that comparing lists of numbers is Policy's comparison.

    Non-digits and digits alternate. A tilde sorts before the end of the part, the end before
    letters, letters before everything else; digits compare as numbers, none at all as zero.
    """
    order: list[int] = []
    for letters, digits in _PARTS.findall(part):
        order.extend(map(_rank, letters))
        order.append(_END)
        if letters or digits:
            order.append(int(digits or "0"))
    return order


_END = 0


def _rank(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


def _blame(which: str, part: str) -> str:
    if not part:
        return f"the {which} is empty"
    wrong = "".join(sorted({c for c in part if not _UPSTREAM.fullmatch(c)}))
    return f"the {which} holds {wrong!r}" if wrong else f"the {which} holds a character too many"
