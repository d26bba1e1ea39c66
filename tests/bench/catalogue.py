"""``python3 -m tests.bench.catalogue``: what the whole catalogue costs, as a table.

All variants, from downloaded packages: of Debian 13 on this machine's architecture, or with
``--exhaustive`` of all distributions on all architectures (which downloads gigabytes). It builds in
a copy of the workspace, in an output base of its own and without a disk cache.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile

from tests.bench.measure import measure
from tests.bench.workspace import Workspace

IMAGES = ["build", "--disk_cache=", "--output_groups=metadata,facts"]
TESTS = ["test", "--disk_cache="]
# The same images as those of //tests/base:exhaustive.
INDEXES = "kind('image_index rule', //base/...) - filter('/(dotnet|nodejs)[0-9]', //base/...)"


def main() -> int:
    """Measure, print the table, and clean up."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench.catalogue", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each row (default 3)")
    parser.add_argument(
        "--exhaustive", action="store_true", help="all distributions, all architectures"
    )
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="plinth-bench-")
    workspace = Workspace.copy_of(os.getcwd(), directory)

    def run(command: list[str]) -> None:
        workspace.bazel(*command)

    def clean() -> None:
        workspace.bazel("clean")

    try:
        if options.exhaustive:
            images = [*IMAGES, *workspace.bazel("query", INDEXES).split()]
            tests = [*TESTS, "--config=exhaustive", "//tests/base:exhaustive"]
        else:
            images = [*IMAGES, "//base/..."]
            tests = [*TESTS, "//base/...", "//tests/base/..."]
        run(tests)  # downloads, and warms the server
        rows = (
            measure("clean action cache → all images", lambda: run(images), options.runs, clean),
            measure("clean action cache → all tests", lambda: run(tests), options.runs, clean),
            measure("nothing changed", lambda: run(images), options.runs),
        )
        for row in rows:
            print(f"{row.name:44}{row.low:8.2f}{row.median:10.2f}{row.high:8.2f}")
    finally:
        workspace.close()
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
