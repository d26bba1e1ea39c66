"""Runs pytest inside a Bazel test: finds the report file, the filter and the scratch directory."""

from __future__ import annotations

import os
import sys

import pytest


def main(files: list[str]) -> int:
    """Run the test modules ``files`` and return pytest's exit code."""
    options = ["-p", "no:cacheprovider", "--import-mode=importlib", "-ra"]
    scratch = os.environ.get("TEST_TMPDIR")
    if scratch:
        options.append(f"--basetemp={scratch}/pytest")
    report = os.environ.get("XML_OUTPUT_FILE")
    if report:
        options.append(f"--junitxml={report}")
    chosen = os.environ.get("TESTBRIDGE_TEST_ONLY")
    if chosen:
        options += ["-k", chosen]
    return int(pytest.main([*options, *files]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
