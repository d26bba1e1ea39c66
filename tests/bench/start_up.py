"""``bazel run //tests/bench:start_up``: sizes of the examples' images, and how soon they answer.

From the moment a container is started, namespaces and all, to the first answer of ``/health``.
"""

from __future__ import annotations

import argparse
import os
import time

from tests.bench.measure import Row
from tests.bench.record import record
from tests.container.container import Container
from tests.container.network import get
from tests.container.rootfs import read_layout

_PORT = 8080


def main() -> None:
    """Measure every image of IMAGES, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="counted runs of each (default 10)")
    parser.add_argument("--record", metavar="FILE", help="write the figures to this file, too")
    options = parser.parse_args()
    figures = {}
    print("| image | MB compressed | layers | start-up, ms: median (fastest-slowest) |")
    print("|---|---|---|---|")
    for path in os.environ["IMAGES"].split():
        layout = os.path.join(os.environ["RUNFILES_DIR"], path)
        row = _start_up(path.removeprefix("_main/").removesuffix("/image"), layout, options.runs)
        layers = read_layout(layout).manifest["layers"]
        size_mb = sum(layer["size"] for layer in layers) / 1e6
        median, low, high = (round(1000 * value) for value in (row.median, row.low, row.high))
        print(f"| {row.name} | {size_mb:.1f} | {len(layers)} | {median} ({low}-{high}) |")
        figures[row.name.removeprefix("examples/")] = {"median_ms": median, "runs": options.runs}
    if options.record:
        path = os.path.join(os.environ.get("BUILD_WORKSPACE_DIRECTORY", ""), options.record)
        record(
            path, f"./bazelw run -c opt //tests/bench:start_up -- --runs {options.runs}", figures
        )


def _start_up(name: str, layout: str, runs: int) -> Row:
    container = Container(layout)
    seconds = [_time_to_health(container) for _ in range(runs + 1)]
    return Row(name, tuple(seconds[1:]))


def _time_to_health(container: Container) -> float:
    start = time.perf_counter()
    process = container.start()
    try:
        # It says that it listens; asking before would only take processor time from it.
        assert process.stdout is not None
        process.stdout.readline()
        assert get(process, _PORT, "/health").status == 200
        return time.perf_counter() - start
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    main()
