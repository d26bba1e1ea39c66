"""Reads databases of advisories: Debian's tracker, and OSV records in any number.

OSV comes as one record, as a list of records, as the answer of a query (``{"vulns": […]}``), or as
the ``all.zip`` that its exports are. The content of a file shows which one it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tools.advisory.finding import (
    END_OF_LIFE,
    FIXED,
    NO_DSA,
    OPEN,
    UNDETERMINED,
    Finding,
    Package,
    Severity,
)
from tools.advisory.osv import Record, find_in_record, read_record
from tools.debian.tracker import TrackedState, is_tracker_data, tracked_states
from tools.debian.version import Version
from tools.errors import PlinthError
from tools.layer.zip_reader import ZipError, read_zip

_ZIP = b"PK"
_LARGEST_RECORD = 64 << 20

_SEVERITIES = {
    "unimportant": Severity.UNIMPORTANT,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
}


class AdvisoryDatabaseError(PlinthError):
    """A file that is not a database of advisories."""


class Database:
    """The advisories of any number of files."""

    def __init__(self, paths: Iterable[str]) -> None:
        """Read files.

        Raises:
            AdvisoryDatabaseError: one cannot be read, or is something else.
        """
        self._tracker: list[Mapping[str, Any]] = []
        self._known: set[str] = set()
        self._records: dict[tuple[str, str], list[Record]] = {}
        for path in paths:
            self._read(path)

    def knows(self, package: Package) -> bool:
        """Return whether it has any data on a package's release, or on its ecosystem."""
        return package.ecosystem in self._known or package.release in self._known

    def findings(self, package: Package) -> Iterator[Finding]:
        """Yield the advisories about a package."""
        if package.release:
            version = Version(package.version)
            for data in self._tracker:
                for state in tracked_states(data, package.source, [package.release]):
                    finding = _judge(state, package, version)
                    if finding:
                        yield finding
        for record in self._records.get((package.ecosystem, package.source), ()):
            yield from find_in_record(record, package)

    def _read(self, path: str) -> None:
        try:
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError as error:
            raise AdvisoryDatabaseError(f"{path}: cannot read it: {error.strerror}") from error
        if not data.startswith(_ZIP):
            self._add(_parse(data, path), path)
            return
        try:
            for entry in read_zip(memoryview(data)):
                if entry.name.endswith(".json"):
                    where = f"{path}: {entry.name}"
                    self._add(_parse(entry.read(_LARGEST_RECORD), where), where)
        except ZipError as error:
            raise AdvisoryDatabaseError(f"{path}: {error}") from error

    def _add(self, document: Any, path: str) -> None:
        if isinstance(document, dict) and isinstance(document.get("vulns"), list):
            document = document["vulns"]
        if isinstance(document, list) and all(map(_is_record, document)):
            for record in document:
                self._add_record(read_record(record, path))
        elif _is_record(document):
            self._add_record(read_record(document, path))
        elif is_tracker_data(document):
            self._tracker.append(document)
            for advisories in document.values():
                for facts in advisories.values():
                    self._known.update(facts["releases"] or ())
        else:
            raise AdvisoryDatabaseError(
                f"{path}: neither OSV records nor the JSON of Debian's security tracker\n"
                "  Give the file that the tracker offers under data/json, or an export of OSV."
            )

    def _add_record(self, record: Record) -> None:
        for affected in record["affected"]:
            key = (affected["package"]["ecosystem"], affected["package"]["name"])
            self._known.add(key[0])
            known = self._records.setdefault(key, [])
            if record not in known[-1:]:
                known.append(record)


def _is_record(document: Any) -> bool:
    return isinstance(document, dict) and "id" in document and "modified" in document


def _parse(data: bytes, where: str) -> Any:
    try:
        return json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise AdvisoryDatabaseError(f"{where}: not JSON: {error}") from error


def _judge(state: TrackedState, package: Package, version: Version) -> Finding | None:
    if not state.was_affected or (state.fixed and version >= state.fixed):
        return None
    if state.status == "resolved" and not state.fixed:
        return None
    if state.fixed:
        kind = FIXED
    elif state.urgency == "end-of-life":
        kind = END_OF_LIFE
    elif state.status == "undetermined":
        kind = UNDETERMINED
    else:
        kind = NO_DSA if state.no_dsa or state.no_dsa_reason else OPEN
    reason = f"{state.no_dsa_reason}: " if state.no_dsa_reason else ""
    return Finding(
        identifier=state.identifier,
        aliases=(),
        package=package,
        names=(package.name,),
        severity=_SEVERITIES.get(state.urgency, Severity.UNKNOWN),
        state=kind,
        fixed_version=str(state.fixed or ""),
        note=f"{reason}{state.no_dsa}".strip(": "),
        summary=state.description,
    )
