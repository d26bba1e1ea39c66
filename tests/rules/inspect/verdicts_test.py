"""What the test rules say, and how they end."""

from __future__ import annotations

import os
import re
import subprocess


def verdict(name: str) -> tuple[int, str]:
    """Run a test; gives its status and what it prints."""
    path = os.path.join(os.environ["RUNFILES_DIR"], os.environ[name.upper()])
    done = subprocess.run([path], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_what_is_missing_fails_for_each_platform() -> None:
    status, text = verdict("broken_closure_test")
    assert status == 1
    (amd64, arm64) = text.split("closure of ")[1:]
    for platform, block in (("linux/amd64", amd64), ("linux/arm64/v8", arm64)):
        assert block.startswith(f"//tests/rules/inspect:broken_index ({platform}): 2 problems in ")
        assert "usr/bin/link (//tests/rules/inspect:broken_files): is a link to nothing" in block
        assert "is run by /bin/sh (#!/bin/sh), which is not in the image" in block


def test_a_program_built_against_a_newer_glibc_is_caught() -> None:
    status, text = verdict("newer_closure_test")
    assert status == 1
    assert (
        "usr/bin/python3.13 (//tests/rules/inspect:newer_program): needs GLIBC_2.38 of libc.so.6,"
        " and the image has none newer than GLIBC_2.36\n    GLIBC_2.38: __isoc23_"
    ) in text
    assert re.search(r"libc\.so\.6 is usr/lib/[^/]+/libc\.so\.6 of libc6 2\.36-9\+deb12u", text)


def test_what_is_allowed_passes_and_is_told() -> None:
    status, text = verdict("allowed_closure_test")
    assert status == 0
    assert "(made when the container starts)" in text
    assert "(of no use)" in text


def test_an_allowance_of_no_use_fails() -> None:
    status, text = verdict("idle_allowance_closure_test")
    assert status == 1
    assert "allow: usr/**: it matches no problem\n    remove it" in text


def test_an_index_is_checked_for_every_platform() -> None:
    status, text = verdict("index_closure_test")
    assert status == 0
    assert "(linux/amd64): complete: " in text
    assert "(linux/arm64/v8): complete: " in text


def test_a_budget_that_is_exceeded_says_by_what() -> None:
    status, text = verdict("small_budget_test")
    assert status == 1
    assert ", and the budget is 3\n" in text
    assert "largest: " in text
    assert "usr/bin/python3.13 (python3.13-minimal): forbidden: executables" in text
    assert "allowed: usr/lib/python3.13/pdb.py: scripts that only a developer" in text
