"""``python3 -m tests.bench.effects``: what reading and making effects costs, as ratios.

Of each service's packages, fragments are made, and then their configuration; the processor time of
the one is set against that of the other. Locks are made with effects and without, from the same
indexes and with what earlier locks have kept.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.record import record
from tools.action.program import run_action
from tools.configure.configuration_fragment import EFFECTS
from tools.fetch.mirror import base_urls

_ROOTS = (
    *("nginx", "redis-server", "php-cli", "postgresql-17", "openssh-server", "apache2"),
    "shared-mime-info",
)
_MANIFEST = """version: 1
archives:
  debian: {{suites: [trixie], components: [main], keys: [debian-13]}}
architectures: [amd64]
effects: {effects}
packages: [{packages}]
"""


def main() -> None:
    """Read the command line, measure, and print."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench.effects", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="of each, the best counts (default 9)")
    parser.add_argument("--record", action="store_true", help="write the figures of the documents")
    parser.add_argument("packages", nargs="*", default=_ROOTS, help="of each, an image is made")
    options = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        print("| image | packages | configuration | of making the fragments |")
        print("|---|--:|--:|--:|")
        for package in options.packages:
            lock = _lock(directory, [package], effects=False)
            figures[package] = figure = _figures(directory, package, lock, options.runs)
            print(
                "| `{}` | {packages} | {milliseconds} ms | {percent} % |".format(package, **figure)
            )
        _lock(directory, options.packages, effects=True)  # fills the cache
        times: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(options.runs):
            for effects, found in times.items():
                make = functools.partial(_lock, directory, options.packages, effects=effects)
                found.append(_seconds(make, _processor_time_of_children))
        ratio = round(min(times[True]) / min(times[False]), 1)
        print(f"\nlock with effects: {ratio} times the time without")
        figures["lock"] = {"ratio": ratio}
    if options.record:
        record("tests/bench/results/effects.json", parser.prog, figures)


def _lock(directory: Path, packages: list[str], *, effects: bool) -> list[dict[str, Any]]:
    text = _MANIFEST.format(effects=str(effects).lower(), packages=", ".join(packages))
    (directory / "m.yaml").write_text(text)
    (directory / "l.json").unlink(missing_ok=True)
    subprocess.run(
        [
            sys.executable, "-m", "tools.lock", "--quiet",
            *("--manifest", str(directory / "m.yaml"), "--lock", str(directory / "l.json")),
        ],
        check=True,
        env={**os.environ, "PLINTH_CACHE": str(directory / "cache")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads((directory / "l.json").read_text())["packages"][
        "amd64"
    ]
    return found


def _figures(directory: Path, name: str, lock: list[dict[str, Any]], runs: int) -> dict[str, float]:
    lines = [list(_fragment(directory, package)) for package in lock]

    def make_fragments() -> None:
        for item in lines:
            run_action(item, name)

    fragments = _best(make_fragments, 1)
    configuration = ["configuration-fragment", *_configuration(directory, lock)]
    own = _best(lambda: run_action(configuration, name), runs)
    return {
        "packages": len(lock),
        "milliseconds": round(own * 1000),
        "percent": round(100 * own / fragments, 1),
    }


def _fragment(directory: Path, package: Mapping[str, Any]) -> Iterator[str]:
    deb = directory / package["sha256"]
    if not deb.exists():
        base = base_urls("debian", configured=(), stamp=None, environment=os.environ)[0]
        with urllib.request.urlopen(f"{base}/{package['filename']}") as answer:
            deb.write_bytes(answer.read())
    yield "package-fragment"
    identity = {key: package[key] for key in ("name", "version", "architecture")}
    yield from _lines(
        deb=str(deb), package=identity, policy={}, origin=package["name"], **_outputs(deb)
    )


def _configuration(directory: Path, lock: list[dict[str, Any]]) -> Iterator[str]:
    for package in lock:
        outputs = _outputs(directory / package["sha256"])
        segment = {"segment": outputs["out_segment"], "facts": outputs["out_facts"]}
        yield from _lines(segment=segment)
    for effect in EFFECTS:
        yield from _lines(effect=effect)
    yield from _lines(architecture="amd64", **_outputs(directory / "configuration"))


def _outputs(path: Path) -> dict[str, str]:
    return {"out_segment": f"{path}.segment", "out_facts": f"{path}.json"}


def _lines(**params: Any) -> Iterator[str]:
    for key, value in params.items():
        yield json.dumps({key: value})


def _best(action: Callable[[], object], runs: int) -> float:
    return min(_seconds(action, time.process_time) for _ in range(runs))


def _processor_time_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _seconds(action: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    action()
    return clock() - start


if __name__ == "__main__":
    main()
