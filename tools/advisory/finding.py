"""A finding: one vulnerability in one package, and its cure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Severity(IntEnum):
    """How bad it is, if it has a rating."""

    UNIMPORTANT = 0
    LOW = 1
    UNKNOWN = 2
    """Not rated yet; it might be anything, so it counts for more than low."""
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def word(self) -> str:
        """For people and rules: ``medium``."""
        return self.name.lower()


FIXED, OPEN, NO_DSA, END_OF_LIFE, UNDETERMINED = STATES = (
    "fixed", "open", "no-dsa", "end-of-life", "undetermined"
)  # fmt: skip
"""A newer version is the cure; there is none yet; the security team plans no advisory of its own;
the package is no longer maintained; it is not known whether it is affected."""


LANGUAGES = ("PyPI", "npm")
"""Ecosystems that are not distributions."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package to look up.

    Attributes:
        name: of the binary package, wheel or module.
        ecosystem: OSV's name: ``Debian:13``, ``PyPI``, ``npm``.
        source: its name in advisories: Debian's source package, or for others the name itself.
        version: of ``source``.
        release: Debian's codename; empty elsewhere.
        purl: its package URL, without version and qualifiers.
    """

    name: str
    ecosystem: str
    source: str
    version: str
    release: str
    purl: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One vulnerability in one source package.

    Attributes:
        identifier: a CVE number where there is one.
        aliases: other names of it.
        package: the first of ``names``, as it was looked up.
        names: all packages of that source, sorted.
        severity: how bad.
        state: one of ``STATES``.
        fixed_version: the first version without it; empty if there is none.
        note: what the security team says; may be empty.
        summary: one sentence; may be empty.
        suppressed: why it does not count; empty if it does.
        expired: when the statement that suppressed it expired; empty if none did.
    """

    identifier: str
    aliases: tuple[str, ...]
    package: Package
    names: tuple[str, ...]
    severity: Severity
    state: str
    fixed_version: str = ""
    note: str = ""
    summary: str = ""
    suppressed: str = ""
    expired: str = ""

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "id": self.identifier,
            "aliases": list(self.aliases),
            "ecosystem": self.package.ecosystem,
            "source": self.package.source,
            "version": self.package.version,
            "packages": list(self.names),
            "severity": self.severity.word,
            "state": self.state,
            "fixed_version": self.fixed_version,
            "note": self.note,
            "summary": self.summary,
            "suppressed": self.suppressed,
            "expired": self.expired,
        }
