"""``python -m tools.advisory JOB``: the program of the rules that look vulnerabilities up.

JOB is the path of a JSON file that the rules write:

    {"name": label,
     "lock": path, or "index" and "images" as of ``tools.sbom``,
     "databases": [path, …], "statements": [path, …], "as_of": "YYYY-MM-DD" or "",
     "severity": word, "states": [word, …],
     "json": path, "sarif": path, "text": path, "test": path of the test's program}
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

from tools.advisory.database import Database
from tools.advisory.finding import STATES, Package, Severity
from tools.advisory.formats import document, sarif, text_lines
from tools.advisory.match import Policy, Verdict, judge
from tools.advisory.subject import packages_of_images, packages_of_lock
from tools.advisory.vex import read_statements
from tools.errors import PlinthError
from tools.inspect import verdict as test_verdict
from tools.lock.lockfile.lockfile import read_lock
from tools.sbom.__main__ import read_subject


class JobError(PlinthError):
    """A rule was given a word that means nothing."""


def main(arguments: Sequence[str]) -> int:
    """Look up and write what was found; the exit status is 1 after an error."""
    try:
        with open(arguments[0], encoding="utf-8") as stream:
            run(json.load(stream))
    except (PlinthError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def run(job: dict[str, Any]) -> Verdict:
    """Do a job.

    Raises:
        PlinthError: something cannot be read, or means nothing.
    """
    name = job["name"]
    as_of = _date(job["as_of"])
    verdict = judge(
        _packages(job),
        Database(job["databases"]),
        _policy(job),
        [statement for path in job["statements"] for statement in read_statements(path)],
        as_of,
    )
    text = "\n".join(text_lines(name, verdict)) + "\n"
    contents = {
        "json": json.dumps(document(name, verdict, job["as_of"]), indent=1) + "\n",
        "sarif": json.dumps(sarif(name, verdict), indent=1) + "\n",
        "text": text,
        "test": test_verdict.script(test_verdict.Verdict(verdict.passed, text, {})),
    }
    for key, content in contents.items():
        if job.get(key):
            with open(job[key], "w", encoding="utf-8", newline="\n") as out:
                out.write(content)
    if job.get("test"):
        os.chmod(job["test"], 0o755)  # noqa: S103 - it is a program
    return verdict


def _packages(job: dict[str, Any]) -> list[Package]:
    if job.get("lock"):
        return list(packages_of_lock(read_lock(job["lock"])))
    _, images = read_subject(job)
    return list(packages_of_images(images))


def _policy(job: dict[str, Any]) -> Policy:
    words = {severity.word: severity for severity in Severity}
    if job["severity"] not in words:
        raise JobError(f"severity: {job['severity']!r} is none of {', '.join(words)}")
    unknown = sorted(set(job["states"]) - set(STATES))
    if unknown:
        raise JobError(f"states: {unknown[0]!r} is none of {', '.join(STATES)}")
    return Policy(words[job["severity"]], frozenset(job["states"]))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise JobError(f"as_of: {text!r} is not a date\n  write YYYY-MM-DD") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
