"""Reads the data of Debian's security tracker: the JSON under ``data/json``.

For each source package and vulnerability it says, release by release, whether the release is
vulnerable, the fixed version, and the security team's plan.
https://security-team.debian.org/security_tracker.html defines the terms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tools.debian.version import Version
from tools.errors import FormatError


@dataclass(frozen=True, slots=True)
class TrackedState:
    """A vulnerability in one release.

    Attributes:
        identifier: ``CVE-2026-1234``, or ``TEMP-…`` before there is a number.
        source: the source package.
        release: its codename.
        status: ``open``, ``resolved`` or ``undetermined``.
        fixed: the first version without it; None if there is none, or if the release never had it.
        was_affected: False if the release never had it.
        urgency: ``unimportant``, ``low``, ``medium``, ``high``, ``not yet assigned`` or
            ``end-of-life``.
        no_dsa: why there will be no advisory; empty if there is no such decision.
        no_dsa_reason: ``ignored``, ``postponed`` or nothing.
        description: one sentence; may be empty.
    """

    identifier: str
    source: str
    release: str
    status: str
    fixed: Version | None
    was_affected: bool
    urgency: str
    no_dsa: str
    no_dsa_reason: str
    description: str


def release_of(codename: str) -> str:
    """Return the tracker's name of a suite: ``trixie-security`` counts as ``trixie``."""
    return codename.partition("-")[0]


def is_tracker_data(document: Any) -> bool:
    """Return whether a JSON document has the form of the tracker's data."""
    return isinstance(document, dict) and all(
        isinstance(each, dict) and all(map(_is_tracked, each.values()))
        for each in document.values()
    )


def tracked_states(
    data: Mapping[str, Any], source: str, releases: Collection[str]
) -> Iterator[TrackedState]:
    """Return all entries of a source package in some releases.

    Args:
        data: all of the tracker's data.
        source: name of the source package.
        releases: codenames, as :func:`release_of` gives them.
    """
    for identifier, facts in data.get(source, {}).items():
        known = facts.get("releases") or {}  # an empty list where there are none
        for release in sorted(set(releases) & set(known)):
            yield _state(identifier, source, release, facts, known[release])


def _state(
    identifier: str, source: str, release: str, facts: Mapping[str, Any], state: Mapping[str, Any]
) -> TrackedState:
    text = str(state.get("fixed_version", ""))
    # Version 0 means that a release never had it.
    never = text == "0"
    try:
        fixed = Version(text) if text and not never else None
    except FormatError:
        fixed = None
    return TrackedState(
        identifier=identifier,
        source=source,
        release=release,
        status=str(state.get("status", "undetermined")),
        fixed=fixed,
        was_affected=not never,
        # Stars mark urgencies from other sources.
        urgency=str(state.get("urgency", "")).rstrip("*") or "not yet assigned",
        no_dsa=str(state.get("nodsa") or ""),
        no_dsa_reason=str(state.get("nodsa_reason") or ""),
        description=str(facts.get("description", "")),
    )


def _is_tracked(facts: Any) -> bool:
    if not isinstance(facts, dict) or "releases" not in facts:
        return False
    releases = facts["releases"] or {}  # an empty list where there are none
    return isinstance(releases, dict) and all(
        isinstance(state, dict) for state in releases.values()
    )
