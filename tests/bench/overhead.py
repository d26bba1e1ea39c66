"""What an action costs beyond its work: hundreds that have next to nothing to do."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING

from tests.bench.measure import Row, measure
from tests.bench.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS = 100
ACTIONS = 2 * LAYERS
"""A fragment and a layer each."""

_PACKAGE = "bench_overhead"
_TARGETS = f"//{_PACKAGE}:all"
_BUILD = """\
load("//rules:layer.bzl", "files_layer")

[
    files_layer(
        name = "layer_%d" % number,
        symlinks = {"/srv/%d" % number: "ROUND"},
    )
    for number in range(LAYERS)
]
"""
_WAYS = {
    "multiplexed workers": ["--spawn_strategy=worker"],
    "workers, one request at a time": ["--spawn_strategy=worker", "--noworker_multiplex"],
    "a sandboxed process each": ["--spawn_strategy=sandboxed"],
}


def overhead(workspace: Workspace, runs: int) -> list[Row]:
    """Seconds per action, one after the other, for each way to run them."""
    os.mkdir(os.path.join(workspace.directory, _PACKAGE))
    rounds = count()
    return [_overhead(workspace, name, options, rounds, runs) for name, options in _WAYS.items()]


def _overhead(
    workspace: Workspace, name: str, options: list[str], rounds: Iterator[int], runs: int
) -> Row:
    def build(*more: str) -> None:
        workspace.bazel("build", "--jobs=1", *options, *more, _TARGETS)

    def change() -> None:
        # Other links make other actions; what is then left of the build is to run them.
        text = _BUILD.replace("ROUND", str(next(rounds))).replace("LAYERS", str(LAYERS))
        path = os.path.join(workspace.directory, _PACKAGE, "BUILD.bazel")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        build("--nobuild")

    row = measure(f"action: {name}", build, runs, before=change)
    nothing = measure("nothing", build, runs).median
    return Row(row.name, tuple((seconds - nothing) / ACTIONS for seconds in row.seconds))


def print_overhead(rows: list[Row]) -> None:
    """Print milliseconds."""
    print(f"\n{'':44}{'min ms':>8}{'median ms':>10}{'max ms':>8}")
    for row in rows:
        low, median, high = (1e3 * s for s in (row.low, row.median, row.high))
        print(f"{row.name:44}{low:8.1f}{median:10.1f}{high:8.1f}")
