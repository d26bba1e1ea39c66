"""OpenVEX statements that say why a vulnerability does not matter here, and until when.

"OpenVEX Specification" v0.2.0. Of its statuses ``not_affected`` and ``fixed`` suppress; the others
change nothing. OpenVEX knows no end of a statement, and here none is believed forever: its
``status_notes`` must hold ``expires: YYYY-MM-DD``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tools.advisory.finding import Finding
from tools.errors import PlinthError

_EXPIRES = re.compile(r"(?i)\bexpires:\s*(\d{4}-\d{2}-\d{2})\b")
_SUPPRESSING = ("not_affected", "fixed")


class VexError(PlinthError):
    """A document that is not OpenVEX, or a statement that does not say enough to be believed."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Why a vulnerability does not count.

    Attributes:
        vulnerability: its name or one of its aliases.
        products: package URLs that it is about, without qualifiers; none means all packages.
        reason: for people.
        expires: the last day on which it is believed.
    """

    vulnerability: frozenset[str]
    products: tuple[str, ...]
    reason: str
    expires: date

    def is_about(self, finding: Finding) -> bool:
        """Return whether it speaks of a finding."""
        names = {finding.identifier, *finding.aliases}
        return bool(names & self.vulnerability) and (
            not self.products or any(_fits(product, finding) for product in self.products)
        )


def read_statements(path: str) -> list[Statement]:
    """Read the suppressing statements of a document.

    Raises:
        VexError: it cannot be read or believed.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            document = json.load(stream)
        statements = document["statements"]
        return [
            _statement(item, f"{path}: statement {number}")
            for number, item in enumerate(statements, 1)
            if item["status"] in _SUPPRESSING
        ]
    except OSError as error:
        raise VexError(f"{path}: cannot read it: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VexError(f"{path}: not an OpenVEX document: {error}") from error


def apply_statements(
    findings: Iterable[Finding], statements: Iterable[Statement], as_of: date | None
) -> Iterator[Finding]:
    """Mark findings that statements speak of.

    Args:
        findings: to be judged.
        statements: what is said.
        as_of: the day on which to judge.

    Raises:
        VexError: there are statements, but no day.
    """
    believed = list(statements)
    for finding in findings:
        result = finding
        for statement in believed:
            if as_of is None:
                raise VexError("statements expire, and no day is given to judge them\n  set as_of")
            if statement.is_about(finding):
                if as_of <= statement.expires:
                    until = f"{statement.reason} (until {statement.expires})"
                    result = replace(finding, suppressed=until, expired="")
                    break
                result = replace(finding, expired=str(statement.expires))
        yield result


def _statement(item: Mapping[str, Any], where: str) -> Statement:
    vulnerability = item["vulnerability"]
    if isinstance(vulnerability, str):  # version 0.0.1 of the format
        vulnerability = {"name": vulnerability}
    names = frozenset([vulnerability["name"], *vulnerability.get("aliases", ())])
    shown = f"{where} ({vulnerability['name']})"
    reason = item.get("impact_statement") or item.get("justification", "").replace("_", " ")
    if not reason:
        raise VexError(f"{shown}: says not why\n  give an impact_statement or a justification")
    found = _EXPIRES.search(item.get("status_notes", ""))
    if not found:
        raise VexError(f'{shown}: never ends\n  write "expires: YYYY-MM-DD" into its status_notes')
    products = []
    for product in item.get("products", ()):
        names_of = product if isinstance(product, str) else product.get("@id", "")
        parts = [] if isinstance(product, str) else product.get("subcomponents", ())
        products += [part.get("@id", "") for part in parts] or [names_of]
    return Statement(
        vulnerability=names,
        products=tuple(filter(None, map(_bare, products))),
        reason=reason,
        expires=date.fromisoformat(found[1]),
    )


def _bare(purl: str) -> str:
    return purl.partition("?")[0]


def _fits(product: str, finding: Finding) -> bool:
    """Match a product: it may be a binary or the source package, with or without a version."""
    base, _, version = product.partition("@") if "/@" not in product else (product, "", "")
    prefix, _, _ = finding.package.purl.rpartition("/")
    known = {f"{prefix}/{name}" for name in (*finding.names, finding.package.source)}
    return base in known and version in {"", finding.package.version}
