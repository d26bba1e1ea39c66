"""OSV records: "Open Source Vulnerability format", schema 1.7."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypedDict, TypeVar

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from tools.advisory.finding import FIXED, OPEN, Finding, Package, Severity
from tools.advisory.versions import version_key
from tools.errors import PlinthError


class Scored(TypedDict):
    """A score by the rules of some type: ``severity`` of the schema."""

    type: str
    score: str


class Range(TypedDict):
    """Versions from event to event: each names its kind and the version."""

    type: str
    events: list[dict[str, str]]


class About(TypedDict):
    """The package that is affected."""

    ecosystem: str
    name: str


class Affected(TypedDict):
    """What a record says of one package."""

    package: About
    severity: list[Scored]
    ecosystem_specific: dict[str, object]
    database_specific: dict[str, object]
    versions: list[str]
    ranges: list[Range]


class Record(TypedDict):
    """What is read of a record."""

    id: str
    withdrawn: bool
    aliases: list[str]
    upstream: list[str]
    summary: str
    details: str
    severity: list[Scored]
    database_specific: dict[str, object]
    affected: list[Affected]


class RecordError(PlinthError):
    """A record that breaks the schema."""


Kind = TypeVar("Kind")

_WORDS = {
    "unimportant": Severity.UNIMPORTANT,
    "low": Severity.LOW,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}
_CALCULATORS = {"CVSS_V2": CVSS2, "CVSS_V3": CVSS3, "CVSS_V4": CVSS4}


def read_record(value: Mapping[str, Any], where: str) -> Record:
    """Check a record; gives what is read of it, with nothing in place of what is null.

    Raises:
        RecordError: it breaks the schema.
    """
    identifier = _field(value, "id", str, where)
    where = f"{where}: {identifier}"
    return {
        "id": identifier,
        "withdrawn": bool(value.get("withdrawn")),
        "aliases": _many(value, "aliases", str, where),
        "upstream": _many(value, "upstream", str, where),
        "summary": _field(value, "summary", str, where),
        "details": _field(value, "details", str, where),
        "severity": [_severity(item, where) for item in _many(value, "severity", dict, where)],
        "database_specific": _field(value, "database_specific", dict, where),
        "affected": [_affected(item, where) for item in _many(value, "affected", dict, where)],
    }


def _affected(value: Mapping[str, Any], where: str) -> Affected:
    about: dict[str, object] = _field(value, "package", dict, where)
    return {
        "package": {
            "ecosystem": _field(about, "ecosystem", str, where),
            "name": _field(about, "name", str, where),
        },
        "severity": [_severity(item, where) for item in _many(value, "severity", dict, where)],
        "ecosystem_specific": _field(value, "ecosystem_specific", dict, where),
        "database_specific": _field(value, "database_specific", dict, where),
        "versions": _many(value, "versions", str, where),
        "ranges": [
            {
                "type": _field(item, "type", str, where),
                "events": [
                    {key: _field(event, key, str, where) for key in event}
                    for event in _many(item, "events", dict, where)
                ],
            }
            for item in _many(value, "ranges", dict, where)
        ],
    }


def _severity(value: Mapping[str, Any], where: str) -> Scored:
    return {
        "type": _field(value, "type", str, where),
        "score": _field(value, "score", str, where),
    }


def _field(holder: Mapping[str, Any], key: str, kind: type[Kind], where: str) -> Kind:
    value = holder.get(key)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise RecordError(f"{where}: {key} is of the wrong kind")
    return value


def _many(holder: Mapping[str, Any], key: str, kind: type[Kind], where: str) -> list[Kind]:
    values: list[Kind] = _field(holder, key, list, where)
    if not all(isinstance(value, kind) for value in values):
        raise RecordError(f"{where}: {key} is of the wrong kind")
    return values


def find_in_record(record: Record, package: Package) -> Iterator[Finding]:
    """Yield what a record says about a package, if it says that its version is affected."""
    if record["withdrawn"]:
        return
    for affected in record["affected"]:
        about = affected["package"]
        if (about["ecosystem"], about["name"]) != (package.ecosystem, package.source):
            continue
        is_affected, fixed = _judge(affected, package)
        if is_affected:
            names = [record["id"], *record["aliases"], *record["upstream"]]
            cves = [name for name in names if name.startswith("CVE-")]
            identifier = cves[0] if len(cves) == 1 else record["id"]
            yield Finding(
                identifier=identifier,
                aliases=tuple(sorted({*names} - {identifier})),
                package=package,
                names=(package.name,),
                severity=severity_of(record, affected),
                state=FIXED if fixed else OPEN,
                fixed_version=fixed,
                summary=record["summary"] or record["details"].partition("\n")[0],
            )
            return


def severity_of(record: Record, affected: Affected) -> Severity:
    """Return how bad a record says it is: by the words of its database, else by its CVSS score."""
    for place, key in (
        (affected["ecosystem_specific"], "urgency"),
        (affected["database_specific"], "severity"),
        (record["database_specific"], "severity"),
    ):
        word = str(place.get(key, "")).lower()
        if word in _WORDS:
            return _WORDS[word]
    for item in [*affected["severity"], *record["severity"]]:
        if item["type"] in _CALCULATORS:
            try:
                words = _CALCULATORS[item["type"]](item["score"]).severities()
            except CVSSError:
                continue
            return _WORDS.get(words[0].lower(), Severity.LOW)
    return Severity.UNKNOWN


def _judge(affected: Affected, package: Package) -> tuple[bool, str]:
    """Return whether a version is affected, and the first later one that is not.

    "Evaluation" of the schema: a version that is listed is affected; else ranges decide.
    """
    version = version_key(package.ecosystem, package.version)
    listed = package.version in affected["versions"]
    fixed = ""
    for item in affected["ranges"]:
        if item["type"] == "GIT" or version is None:
            continue
        is_in, end = _in_range(item["events"], package.ecosystem, version)
        listed = listed or is_in
        fixed = fixed or end
    return listed, fixed


def _in_range(
    events: Iterable[Mapping[str, str]], ecosystem: str, version: Any
) -> tuple[bool, str]:
    steps = []
    for event in events:
        for kind, text in event.items():
            key = version_key(ecosystem, text)
            if key is not None:
                steps.append((key, kind, text))
    steps.sort(key=lambda step: step[0])
    is_in = False
    for key, kind, text in steps:
        if kind == "introduced" and version >= key:
            is_in = True
        elif kind == "fixed":
            if version >= key:
                is_in = False
            elif is_in:
                return True, text
        elif kind == "last_affected" and version > key:
            is_in = False
    return is_in, ""
