"""Finds the known vulnerabilities that a new lock fixes, in the data of Debian's security tracker.

The data is the tracker's own export: for each source package and CVE, by release, the version
that fixes it. It is read from a file, because a lock must not depend on a service.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tools.debian.tracker import is_tracker_data, release_of, tracked_states
from tools.debian.version import Version
from tools.errors import PlinthError
from tools.lock.lockfile.changes import PackageChange


class AdvisoryDataError(PlinthError):
    """A file of advisories cannot be read.

    Attributes:
        path: of the file.
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(
            f"{path}: {problem}\n"
            "  Give the JSON file that Debian's security tracker offers under data/json."
        )


@dataclass(frozen=True, slots=True)
class FixedAdvisory:
    """A vulnerability that the old lock has and the new one has not.

    Attributes:
        identifier: such as ``CVE-2026-1234``.
        source: the source package.
        fixed_version: the first version without it.
        urgency: as the tracker has it, such as ``high``; may be empty.
        description: one sentence; may be empty.
    """

    identifier: str
    source: str
    fixed_version: str
    urgency: str
    description: str


def read_advisories(path: str) -> Mapping[str, Any]:
    """Read the tracker's data.

    Raises:
        AdvisoryDataError: the file cannot be read, or is something else.
    """
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise AdvisoryDataError(path, f"cannot read it: {error.strerror}") from None
    except ValueError as error:
        raise AdvisoryDataError(path, f"not JSON: {error}") from None
    if not is_tracker_data(data):
        raise AdvisoryDataError(path, "not a mapping from source packages to their advisories")
    tracked: Mapping[str, Any] = data
    return tracked


def fixed_advisories(
    changes: Iterable[PackageChange], data: Mapping[str, Any], codenames: Iterable[str]
) -> list[FixedAdvisory]:
    """List what newer versions fix, each once.

    Args:
        changes: between the locks.
        data: from :func:`read_advisories`.
        codenames: of the locked suites; ``trixie-security`` counts as ``trixie``.
    """
    releases = {release_of(codename) for codename in codenames}
    found = {
        (fixed.source, fixed.identifier): fixed
        for change in changes
        if change.old and change.new
        for fixed in _fixed(
            change.new.source,
            Version(change.old.source_version),
            Version(change.new.source_version),
            data,
            releases,
        )
    }
    return [found[key] for key in sorted(found)]


def _fixed(
    source: str, old: Version, new: Version, data: Mapping[str, Any], releases: set[str]
) -> Iterable[FixedAdvisory]:
    for state in tracked_states(data, source, releases):
        if state.status == "resolved" and state.fixed and old < state.fixed <= new:
            yield FixedAdvisory(
                state.identifier, source, str(state.fixed), state.urgency, state.description
            )
