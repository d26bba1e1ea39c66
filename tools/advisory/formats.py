"""Reports what was found: as text, as JSON, and as SARIF for code scanning services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tools.advisory.finding import (
    END_OF_LIFE,
    FIXED,
    NO_DSA,
    OPEN,
    UNDETERMINED,
    Finding,
    Severity,
)
from tools.advisory.match import MatchResult

_WORDS = {
    OPEN: "no fix yet",
    NO_DSA: "no advisory planned",
    END_OF_LIFE: "no longer supported",
    UNDETERMINED: "not known whether affected",
}
_LEVELS = {
    Severity.UNIMPORTANT: ("note", "0.0"),
    Severity.LOW: ("note", "3.0"),
    Severity.UNKNOWN: ("warning", "5.0"),
    Severity.MEDIUM: ("warning", "5.5"),
    Severity.HIGH: ("error", "8.0"),
    Severity.CRITICAL: ("error", "9.5"),
}
"""SARIF's level, and the score by which GitHub ranks ("security-severity")."""


def text_lines(name: str, verdict: MatchResult) -> Iterator[str]:
    """For people; the first line is the result."""
    failing, others = verdict.failing, verdict.others
    if failing:
        counted = _count(len(failing), "vulnerability", "vulnerabilities")
        yield f"FAILED: {name}: {counted} that {'counts' if len(failing) == 1 else 'count'}"
    elif not verdict.passed:
        yield f"FAILED: {name}: no database covers it"
    else:
        yield f"{name}: no vulnerability that counts"
    yield f"  {_count(verdict.looked_up, 'package', 'packages')} looked up"
    for ecosystem in verdict.untold:
        yield f"  no database covers {ecosystem}: add one that does"
    for finding in failing:
        yield ""
        yield from _told(finding)
    if failing:
        yield ""
        yield "  cure: update the lock; or explain in an OpenVEX statement why it is no risk"
    if others:
        yield ""
        yield f"  {len(others)} more that do not count:"
        yield from _table(others)
    for statement in verdict.unused:
        names = ", ".join(sorted(statement.vulnerability))
        yield f"  note: no finding needs the statement on {names}; remove it"


def document(name: str, verdict: MatchResult, as_of: str) -> dict[str, Any]:
    """For programs."""
    return {
        "version": 1,
        "name": name,
        "as_of": as_of,
        "looked_up": verdict.looked_up,
        "untold": list(verdict.untold),
        "failing": [finding.data() for finding in verdict.failing],
        "others": [finding.data() for finding in verdict.others],
        "unused_statements": [sorted(each.vulnerability) for each in verdict.unused],
    }


def sarif(name: str, verdict: MatchResult) -> dict[str, Any]:
    """SARIF 2.1.0 (OASIS): one rule for each vulnerability, one result for each finding."""
    findings = [*verdict.failing, *verdict.others]
    rules = {finding.identifier: finding for finding in reversed(findings)}
    order = sorted(rules)
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "rules_plinth",
                        "rules": [_rule(rules[identifier]) for identifier in order],
                    }
                },
                "results": [_result(name, each, order.index(each.identifier)) for each in findings],
            }
        ],
    }


def update_lines(
    findings: Iterable[Mapping[str, Any]], fixed: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield the findings that an update fixes, and those that stay."""
    total = len(list(findings))
    yield f"the update fixes {len(fixed)} of {_count(total, 'finding', 'findings')}"
    for finding in fixed:
        yield (
            f"  {finding['id']} ({finding['severity']}): {finding['source']}"
            f" {finding['version']} -> {finding['updated']}"
        )


def _told(finding: Finding) -> Iterator[str]:
    package = finding.package
    cure = f"fixed in {finding.fixed_version}" if finding.state == FIXED else _WORDS[finding.state]
    where = f"{package.source} {package.version}"
    yield f"  {finding.identifier}  {finding.severity.word}  {where}: {cure}"
    if finding.names != (package.source,):
        yield f"    packages: {', '.join(finding.names)}"
    if finding.summary:
        yield f"    {_short(finding.summary)}"
    if finding.expired:
        yield f"    a statement suppressed it until {finding.expired}"
    if finding.note:
        yield f"    Debian: {finding.note}"


def _table(findings: Sequence[Finding]) -> Iterator[str]:
    rows = [
        (
            finding.identifier,
            finding.severity.word,
            f"{finding.package.source} {finding.package.version}",
            _why(finding),
        )
        for finding in findings
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield f"    {'  '.join(cells)}  {row[3]}"


def _why(finding: Finding) -> str:
    if finding.suppressed:
        return f"suppressed: {finding.suppressed}"
    if finding.state == FIXED:
        return f"fixed in {finding.fixed_version}"
    return _WORDS[finding.state] + (f": {finding.note}" if finding.note else "")


def _rule(finding: Finding) -> dict[str, Any]:
    level, score = _LEVELS[finding.severity]
    return {
        "id": finding.identifier,
        "shortDescription": {"text": _short(finding.summary) or finding.identifier},
        "helpUri": f"https://osv.dev/vulnerability/{finding.identifier}",
        "defaultConfiguration": {"level": level},
        "properties": {"security-severity": score, "tags": ["security"]},
    }


def _result(name: str, finding: Finding, index: int) -> dict[str, Any]:
    package = finding.package
    result: dict[str, Any] = {
        "ruleId": finding.identifier,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity][0],
        "message": {"text": f"{package.source} {package.version}: {_why(finding)}"},
        "locations": [
            {
                "logicalLocations": [
                    {"fullyQualifiedName": f"{name}/{package.source}", "kind": "package"}
                ],
                "physicalLocation": {"artifactLocation": {"uri": _uri(name)}},
            }
        ],
        "partialFingerprints": {
            "vulnerability/v1": f"{package.ecosystem}/{package.source}/{finding.identifier}"
        },
    }
    if finding.suppressed:
        result["suppressions"] = [{"kind": "external", "justification": finding.suppressed}]
    return result


def _uri(name: str) -> str:
    """Return a label as a path in the workspace: services show results at files."""
    return name.removeprefix("//").replace(":", "/").lstrip("/") or "image"


def _short(text: str) -> str:
    longest = 120
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
