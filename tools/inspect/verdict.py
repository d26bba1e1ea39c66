"""The verdict of a check, and the shell script that reports it as a Bazel test.

The check runs in an action, on facts; the test only prints the result. So it needs no interpreter
and no emulator, for every architecture.

Every verb that judges takes
    out_test?           a shell script that prints the verdict and exits with its status
    out_report?         the verdict as JSON
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.action import json_text

if TYPE_CHECKING:
    from typing import Any

    from tools.action.params import Params

VERDICT_KEYS = ("out_test", "out_report")
"""The keys of all verbs with a verdict."""

_END = "END_OF_VERDICT"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check.

    Attributes:
        passed: whether all is well.
        text: for people; the first line says the result.
        document: for programs.
    """

    passed: bool
    text: str
    document: dict[str, Any]


def write_verdict(params: Params, verdict: Verdict) -> None:
    """Write ``out_test`` and ``out_report`` of an action, if they are requested."""
    test, report = params.optional("out_test"), params.optional("out_report")
    if test:
        with open(test, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            out.write(script(verdict))
        os.chmod(test, 0o755)  # noqa: S103 - it is a program
    if report:
        json_text.write(report, {"passed": verdict.passed, **verdict.document})


def script(verdict: Verdict) -> str:
    """Return the test, which prints the verdict and exits with its status."""
    lines = [f" {line}" if line == _END else line for line in verdict.text.splitlines()]
    text = "\n".join(lines)
    return f"#!/bin/sh\ncat <<'{_END}'\n{text}\n{_END}\nexit {0 if verdict.passed else 1}\n"
