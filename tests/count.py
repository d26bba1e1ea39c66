"""Counts the test cases of the last ``bazel test``: ``count.py TESTLOGS_DIRECTORY``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from xml.etree import ElementTree

OUTCOMES = ("passed", "failed", "skipped")


def count(directory: str) -> Counter[str]:
    """Count the cases in all reports below a directory, by outcome."""
    outcomes: Counter[str] = Counter()
    for folder, _, files in os.walk(directory):
        if "test.xml" in files:
            report = ElementTree.parse(os.path.join(folder, "test.xml"))  # noqa: S314 - our own
            for case in report.iter("testcase"):
                children = {child.tag for child in case}
                if children & {"failure", "error"}:
                    outcomes["failed"] += 1
                elif "skipped" in children:
                    outcomes["skipped"] += 1
                else:
                    outcomes["passed"] += 1
    return outcomes


def main() -> int:
    """Print the closing line; no test at all is a failure too."""
    outcomes = count(sys.argv[1])
    print(", ".join(f"{outcomes[outcome]} {outcome}" for outcome in OUTCOMES))
    return int(outcomes["failed"] > 0 or outcomes["passed"] == 0)


if __name__ == "__main__":
    sys.exit(main())
