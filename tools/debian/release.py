"""Reads Release files: an archive's signed description of one suite.

Source of the rules: DebianRepository/Format on the Debian wiki, and apt-secure(8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tools.debian.control import Paragraph, parse_paragraph
from tools.errors import FormatError


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One index that a Release file lists, by digest and size."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Release:
    """The fields of a Release file for trust and for the choice of packages.

    Attributes:
        origin: the publisher, such as ``Debian``.
        suite: the moving name (``stable``); may be empty.
        codename: the lasting name (``trixie``); may be empty.
        date: when it was generated, UTC.
        valid_until: when it expires, UTC; None when it does not expire.
        components: as written; security archives prefix them (``updates/main``).
        architectures: those the suite has, including ``all`` if there are separate indexes.
        acquire_by_hash: whether indexes are also served under their digest.
        architecture_all_is_separate: whether packages of architecture ``all`` are missing from
            the other architectures' Packages files.
        not_automatic: packages are used only when asked for (apt gives them priority 1).
        but_automatic_upgrades: softens ``not_automatic`` (apt gives them priority 100).
        indexes: by path relative to the suite's directory.
    """

    origin: str
    suite: str
    codename: str
    date: datetime
    valid_until: datetime | None
    components: tuple[str, ...]
    architectures: tuple[str, ...]
    acquire_by_hash: bool
    architecture_all_is_separate: bool
    not_automatic: bool
    but_automatic_upgrades: bool
    indexes: dict[str, IndexFile] = field(repr=False)

    def has_component(self, component: str) -> bool:
        """Return whether the suite has this component, with or without the prefix of its suite."""
        return any(name == component or name.endswith(f"/{component}") for name in self.components)


def parse_release(data: bytes) -> Release:
    """Read a Release file, which must already have been authenticated.

    Raises:
        FormatError: a field is missing or malformed; there is no SHA256 table, or one that
            contradicts itself.
    """
    paragraph = parse_paragraph(data)
    if "SHA256" not in paragraph:
        raise FormatError(
            "Release file", _title(paragraph), "it has no SHA256 table; weaker digests are refused"
        )
    for name in _SHOWN:
        if not paragraph.get(name).isprintable():
            raise FormatError(f"field {name}", paragraph.get(name), "it should be text of one line")
    architectures = tuple(paragraph.get("Architectures").split())
    expiry = paragraph.get("Valid-Until")
    return Release(
        origin=paragraph.get("Origin"),
        suite=paragraph.get("Suite"),
        codename=paragraph.get("Codename"),
        date=parse_date(paragraph.get("Date")),
        valid_until=parse_date(expiry) if expiry else None,
        components=tuple(paragraph.get("Components").split()),
        architectures=architectures,
        acquire_by_hash=_yes(paragraph, "Acquire-By-Hash"),
        architecture_all_is_separate="all" in architectures
        and "Packages" not in paragraph.get("No-Support-for-Architecture-all").split(),
        not_automatic=_yes(paragraph, "NotAutomatic"),
        but_automatic_upgrades=_yes(paragraph, "ButAutomaticUpgrades"),
        indexes=_parse_table(paragraph.get("SHA256")),
    )


def parse_date(text: str) -> datetime:
    """Read a date such as ``Sat, 21 Nov 2026 09:15:44 UTC``, in every locale.

    Raises:
        FormatError: another form, or a zone that is not UTC.
    """
    found = _DATE.fullmatch(text.strip())
    if not found or found["month"] not in _MONTHS:
        raise FormatError("date", text, "expected the form Sat, 21 Nov 2026 09:15:44 UTC")
    try:
        return datetime(
            int(found["year"]),
            _MONTHS.index(found["month"]) + 1,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"]),
            tzinfo=UTC,
        )
    except ValueError as error:
        raise FormatError("date", text, str(error)) from None


# What locks and messages name.
_SHOWN = ("Origin", "Suite", "Codename", "Components", "Architectures")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    r"[A-Z][a-z]{2}, +(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4})"
    r" +(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d) (?:UTC|GMT|Z|[+-]0000)",
    re.ASCII,
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
# int() takes the digits of all scripts, and no number of thousands of them.
_SIZE = re.compile(r"[0-9]{1,15}")


def _parse_table(text: str) -> dict[str, IndexFile]:
    indexes: dict[str, IndexFile] = {}
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not _SHA256.fullmatch(words[0]) or not _SIZE.fullmatch(words[1]):
            raise FormatError("line of the SHA256 table", line, "expected DIGEST SIZE PATH")
        file = IndexFile(words[2], words[0], int(words[1]))
        if indexes.setdefault(file.path, file) != file:
            raise FormatError("line of the SHA256 table", line, "the path is there twice")
    return indexes


def _yes(paragraph: Paragraph, name: str) -> bool:
    return paragraph.get(name).lower() == "yes"


def _title(paragraph: Paragraph) -> str:
    return " ".join(filter(None, (paragraph.get("Origin"), paragraph.get("Codename"))))
