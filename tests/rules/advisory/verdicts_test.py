"""What the rules that look up vulnerabilities report about a lock that has one."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

RUNFILES = Path(os.environ["RUNFILES_DIR"])


def run(program: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [RUNFILES / program, *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_vulnerability_fails() -> None:
    status, printed = run(os.environ["VULNERABLE"])
    assert status == 1
    assert "FAILED: //tests/rules/advisory:testdata/stretch.lock.json" in printed
    assert "CVE-2022-1664  unknown  dpkg 1.18.25: fixed in 1.18.26" in printed
    assert "tzdata" not in printed


def test_an_expired_statement_does_not_help() -> None:
    status, printed = run(os.environ["EXPIRED"])
    assert status == 1
    assert "a statement suppressed it until 2026-12-31" in printed


def test_findings_for_programs() -> None:
    files = {path.rpartition(".")[2]: RUNFILES / path for path in os.environ["ADVISORIES"].split()}
    found = json.loads(files["json"].read_text())
    assert found["as_of"] == "2026-11-24"
    assert [each["id"] for each in found["failing"]] == ["CVE-2022-1664"]
    assert json.loads(files["sarif"].read_text())["version"] == "2.1.0"


def test_what_an_update_would_fix() -> None:
    (program,) = [path for path in os.environ["ADVISORIES"].split() if path.endswith("advisories")]
    assert run(program, "--diff", str(RUNFILES / os.environ["UPDATED"])) == (
        0,
        "the update fixes 1 of 1 finding\n  CVE-2022-1664 (unknown): dpkg 1.18.25 -> 1.18.26\n",
    )
    status, printed = run(program)
    assert status == 0
    assert "CVE-2022-1664" in printed
