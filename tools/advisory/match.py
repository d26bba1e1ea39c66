"""Looks up packages, and decides which findings count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from tools.advisory.database import Database
from tools.advisory.finding import LANGUAGES, Finding, Package, Severity
from tools.advisory.vex import Statement, apply_statements


@dataclass(frozen=True, slots=True)
class Policy:
    """Which findings make a test fail.

    Attributes:
        severity: the lowest that counts.
        states: those of ``finding.STATES`` that count.
    """

    severity: Severity
    states: Collection[str]

    def counts(self, finding: Finding) -> bool:
        """Return whether a finding makes the test fail."""
        return (
            not finding.suppressed
            and finding.severity >= self.severity
            and finding.state in self.states
        )


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What was found.

    Attributes:
        failing: findings that count, the worst first.
        others: those that do not, in the same order.
        unused: statements that no finding needs.
        looked_up: how many packages.
        untold: ecosystems of packages that no database covers.
    """

    failing: tuple[Finding, ...]
    others: tuple[Finding, ...]
    unused: tuple[Statement, ...]
    looked_up: int
    untold: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing counts; a distribution that no database covers was not looked up."""
        return not self.failing and all(each in LANGUAGES for each in self.untold)


def judge(
    packages: Iterable[Package],
    database: Database,
    policy: Policy,
    statements: Collection[Statement] = (),
    as_of: date | None = None,
) -> MatchResult:
    """Look up packages.

    Args:
        packages: what there is.
        database: what is known.
        policy: what counts.
        statements: what does not, and why.
        as_of: the day on which statements are judged.

    Raises:
        PlinthError: a statement cannot be judged.
    """
    wanted = sorted(set(packages), key=lambda each: (each.ecosystem, each.source, each.name))
    # Packages of one source share its vulnerabilities: found once, reported with all their names.
    merged: dict[tuple[str, ...], Finding] = {}
    for package in wanted:
        for finding in database.findings(package):
            key = (package.ecosystem, package.source, package.version, finding.identifier)
            known = merged.get(key)
            merged[key] = _merged(known, finding) if known else finding
    found = list(apply_statements(merged.values(), statements, as_of))
    found.sort(key=lambda each: (-each.severity, each.package.source, each.identifier))
    return MatchResult(
        failing=tuple(each for each in found if policy.counts(each)),
        others=tuple(each for each in found if not policy.counts(each)),
        unused=tuple(each for each in statements if not any(map(each.is_about, found))),
        looked_up=len(wanted),
        untold=tuple(sorted({each.ecosystem for each in wanted if not database.knows(each)})),
    )


def _merged(known: Finding, other: Finding) -> Finding:
    """Two databases, or two packages of one source, report the same."""
    names = tuple(sorted({*known.names, *other.names}))
    aliases = tuple(sorted({*known.aliases, *other.aliases}))
    # The database that was read first knows more of the state; a severity beats none.
    severity = other.severity if known.severity == Severity.UNKNOWN else known.severity
    return replace(
        known,
        names=names,
        aliases=aliases,
        severity=severity,
        summary=known.summary or other.summary,
    )
