"""``python3 -m tests.bench.catalogue``: what the whole catalogue costs, as a table.

Debian 13 on this machine's architecture, all variants, from downloaded packages. It builds in a
copy of the workspace, in an output base of its own and without a disk cache.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile

from tests.bench.measure import measure
from tests.bench.workspace import Workspace

IMAGES = ["build", "--disk_cache=", "--output_groups=metadata,facts", "//base/..."]
TESTS = ["test", "--disk_cache=", "//base/...", "//tests/base/..."]


def main() -> int:
    """Measure, print the table, and clean up."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench.catalogue", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each row (default 3)")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="plinth-bench-")
    workspace = Workspace.copy_of(os.getcwd(), directory)

    def run(command: list[str]) -> None:
        workspace.bazel(*command)

    def clean() -> None:
        workspace.bazel("clean")

    try:
        run(TESTS)  # downloads, and warms the server
        rows = (
            measure("clean action cache → all images", lambda: run(IMAGES), options.runs, clean),
            measure("clean action cache → all tests", lambda: run(TESTS), options.runs, clean),
            measure("nothing changed", lambda: run(IMAGES), options.runs),
        )
        for row in rows:
            print(f"{row.name:44}{row.low:8.2f}{row.median:10.2f}{row.high:8.2f}")
    finally:
        workspace.close()
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
