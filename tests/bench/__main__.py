"""``python3 -m tests.bench``: what the main job costs, as a table.

Runs on the host's Python with its standard library. It builds in a copy of the workspace and in an
output base of its own, so it starts from downloaded packages only and disturbs no other build.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile

from tests.bench.baseline import Baseline
from tests.bench.chain import chain, print_chain
from tests.bench.layering import costs, print_costs
from tests.bench.locking import Locking
from tests.bench.measure import Row, measure
from tests.bench.overhead import overhead, print_overhead
from tests.bench.workspace import Workspace

IMAGE = "//examples/python:image"
APPLICATION = "examples/python/status_page/status.py"
_WARM_UP = 25


def main() -> int:
    """Measure, print the table, and clean up."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each row (default 5)")
    options = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="plinth-bench-")
    workspace = Workspace.copy_of(os.getcwd(), directory)
    try:
        rows = list(_rows(workspace, options.runs))
        _print_table(rows)
        _print_layers(workspace)
        print_chain(chain(workspace, options.runs))
        print_overhead(overhead(workspace, options.runs))
        packages = workspace.packages(IMAGE)
        scratch = os.path.join(directory, "scratch")
        os.mkdir(scratch)
        _print_locking(workspace, scratch, options.runs)
        print_costs(costs(workspace.worker(), packages, scratch, options.runs), len(packages))
    finally:
        workspace.close()
        shutil.rmtree(directory, ignore_errors=True)
    return 0


def _rows(workspace: Workspace, runs: int) -> list[Row]:
    def clean() -> None:
        workspace.bazel("clean")

    def build(*options: str) -> None:
        workspace.bazel("build", *options, IMAGE)

    build()  # downloads
    # What the Java of a new server has not compiled yet, it interprets; and compiling takes from
    # the work. Its first builds take twice as long as those of a server that has been at work.
    fresh = measure("clean action cache → image, new server", build, runs, before=clean)
    for _ in range(_WARM_UP):
        clean()
        build()
    workspace.bazel("build", "//base:debian13.lock")
    lock = measure("lock of //base:debian13, cold", workspace.lock, min(runs, 3))
    packages = workspace.packages(IMAGE)
    baseline = Baseline.find(packages)
    rows = []
    if baseline:
        rows.append(measure(f"ar | xz | gzip -6, {len(packages)} packages", baseline.run, runs))
        rows.append(measure("ar | xz, two packages at a time", baseline.decode, runs))
    else:
        print("no baseline: it needs ar, xz and gzip on the PATH", file=sys.stderr)
    return [
        *rows,
        # Bazel's own share, which no rule can save: modules, repositories, packages, analysis.
        measure("clean action cache → analysis", lambda: build("--nobuild"), runs, before=clean),
        measure("clean action cache → image", build, runs, before=clean),
        fresh,
        measure(
            "one application file changed → image",
            build,
            runs,
            before=lambda: workspace.append(APPLICATION, "\n# changed\n"),
        ),
        measure("nothing changed", build, runs),
        lock,
    ]


def _print_table(rows: list[Row]) -> None:
    floor = rows[0].median
    print(f"{'':44}{'min s':>8}{'median s':>10}{'max s':>8}{'ratio':>8}")
    for row in rows:
        ratio = row.median / floor
        print(f"{row.name:44}{row.low:8.2f}{row.median:10.2f}{row.high:8.2f}{ratio:8.2f}")
    print(f"ratio: of the median to that of '{rows[0].name}'")


def _print_locking(workspace: Workspace, scratch: str, runs: int) -> None:
    mirror_program = workspace.program("//tests/bench:index_mirror")
    locking = Locking(workspace.program("//tools/lock"), mirror_program, scratch)
    print()
    for row in locking.rows(runs):
        print(f"{row.name:44}{row.low:8.2f}{row.median:10.2f}{row.high:8.2f}")
    print(
        f"{locking.packages} packages; peak memory, cold: {locking.peak.process:.0f} MB in the "
        f"largest process, {locking.peak.together:.0f} MB in all of them together\n"
    )


def _print_layers(workspace: Workspace) -> None:
    print(f"\n{'layer':60}{'gzip MB':>9}{'raw MB':>9}{'files':>7}")
    layers = workspace.layers(IMAGE)
    for layer in layers:
        print(
            f"{layer.created_by[:58]:60}{layer.size / 1e6:9.2f}"
            f"{layer.uncompressed_size / 1e6:9.2f}{layer.files:7}"
        )
    print(
        f"{'image':60}{sum(layer.size for layer in layers) / 1e6:9.2f}"
        f"{sum(layer.uncompressed_size for layer in layers) / 1e6:9.2f}"
        f"{sum(layer.files for layer in layers):7}"
    )


if __name__ == "__main__":
    sys.exit(main())
