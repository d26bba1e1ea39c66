"""OSV records: "Open Source Vulnerability format", schema 1.7."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from tools.advisory.finding import FIXED, OPEN, Finding, Package, Severity
from tools.advisory.versions import version_key

Record = Mapping[str, Any]

_WORDS = {
    "unimportant": Severity.UNIMPORTANT,
    "low": Severity.LOW,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}
_CALCULATORS = {"CVSS_V2": CVSS2, "CVSS_V3": CVSS3, "CVSS_V4": CVSS4}


def find_in_record(record: Record, package: Package) -> Iterator[Finding]:
    """What a record says about a package, if it says that its version is affected."""
    if record.get("withdrawn"):
        return
    for affected in record.get("affected", ()):
        about = affected.get("package", {})
        if (about.get("ecosystem"), about.get("name")) != (package.ecosystem, package.source):
            continue
        is_affected, fixed = _judge(affected, package)
        if is_affected:
            names = [record["id"], *record.get("aliases", ()), *record.get("upstream", ())]
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
                summary=record.get("summary") or record.get("details", "").partition("\n")[0],
            )
            return


def severity_of(record: Record, affected: Record) -> Severity:
    """How bad a record says it is: by the words of its database, else by its CVSS score."""
    for place, key in (
        (affected.get("ecosystem_specific"), "urgency"),
        (affected.get("database_specific"), "severity"),
        (record.get("database_specific"), "severity"),
    ):
        word = str((place or {}).get(key, "")).lower()
        if word in _WORDS:
            return _WORDS[word]
    for item in [*affected.get("severity", ()), *record.get("severity", ())]:
        if item.get("type") in _CALCULATORS:
            try:
                words = _CALCULATORS[item["type"]](item["score"]).severities()
            except CVSSError:
                continue
            return _WORDS.get(words[0].lower(), Severity.LOW)
    return Severity.UNKNOWN


def _judge(affected: Record, package: Package) -> tuple[bool, str]:
    """Whether a version is affected, and the first later one that is not.

    "Evaluation" of the schema: a version that is listed is affected; else ranges decide.
    """
    version = version_key(package.ecosystem, package.version)
    listed = package.version in affected.get("versions", ())
    fixed = ""
    for item in affected.get("ranges", ()):
        if item.get("type") == "GIT" or version is None:
            continue
        is_in, end = _in_range(item.get("events", ()), package.ecosystem, version)
        listed = listed or is_in
        fixed = fixed or end
    return listed, fixed


def _in_range(events: Any, ecosystem: str, version: Any) -> tuple[bool, str]:
    steps = []
    for event in events:
        ((kind, text),) = event.items()
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
