"""The verb ``advisories``: finds the known vulnerabilities of an image or a lock.

Its keys:
    lock?               a lock file, instead of images
    database*           files of databases; for each vulnerability, the first one counts
    statement*?         OpenVEX documents
    as_of?              the day for which expiry of statements is checked, YYYY-MM-DD
    severity            the lowest severity that counts
    state*              the states that count
    out_json, out_sarif, out_text
                        what was found
    out_test?           a shell script that prints it and ends with its status
"""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING

from tools.advisory.database import Database
from tools.advisory.finding import STATES, Package, Severity
from tools.advisory.formats import document, sarif, text_lines
from tools.advisory.match import Policy, judge
from tools.advisory.subject import packages_of_images, packages_of_lock
from tools.advisory.vex import read_statements
from tools.errors import PlinthError
from tools.inspect import verdict as test_verdict
from tools.lock.lockfile.lockfile import read_lock
from tools.sbom.subject import SUBJECT_KEYS, read_subject

if TYPE_CHECKING:
    from tools.action.params import Params

_KEYS = (
    "lock", "database", "statement", "as_of", "severity", "state",
    "out_json", "out_sarif", "out_text", "out_test",
)  # fmt: skip


class WordError(PlinthError):
    """An attribute of a rule has an unknown value."""


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a file cannot be read, or a value is unknown.
    """
    params.only((*SUBJECT_KEYS, *_KEYS))
    name, as_of = params.one("name"), params.one("as_of", "")
    verdict = judge(
        _packages(params),
        Database(params.many("database")),
        _policy(params),
        [statement for path in params.many("statement") for statement in read_statements(path)],
        _date(as_of),
    )
    text = "\n".join(text_lines(name, verdict)) + "\n"
    contents = {
        "out_json": json.dumps(document(name, verdict, as_of), indent=1) + "\n",
        "out_sarif": json.dumps(sarif(name, verdict), indent=1) + "\n",
        "out_text": text,
        "out_test": test_verdict.script(test_verdict.Verdict(verdict.passed, text, {})),
    }
    for key, content in contents.items():
        if path := params.optional(key):
            with open(path, "w", encoding="utf-8", newline="\n") as out:
                out.write(content)
    if test := params.optional("out_test"):
        os.chmod(test, 0o755)  # noqa: S103 - it is a program


def _packages(params: Params) -> list[Package]:
    if lock := params.optional("lock"):
        return list(packages_of_lock(read_lock(lock)))
    _, images = read_subject(params)
    return list(packages_of_images(images))


def _policy(params: Params) -> Policy:
    words = {severity.word: severity for severity in Severity}
    severity, states = params.one("severity"), params.many("state")
    if severity not in words:
        raise WordError(f"severity: {severity!r} is none of {', '.join(words)}")
    unknown = sorted(set(states) - set(STATES))
    if unknown:
        raise WordError(f"states: {unknown[0]!r} is none of {', '.join(STATES)}")
    return Policy(words[severity], frozenset(states))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise WordError(f"as_of: {text!r} is not a date\n  write YYYY-MM-DD") from error
