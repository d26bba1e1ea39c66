"""Package → layer, without Bazel: against the least work that any tool must do.

The floor decodes every package once and hashes the result. A worker decodes, filters,
compresses, hashes twice and writes; it does so in one process, as it does for Bazel.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tests.tools.action import worker_client
from tools.debian.control import parse_paragraph
from tools.debian.deb import deb_members
from tools.tar.decompress import decompress
from tools.tar.reader import read_tar

_FLOOR = 'for deb; do ar p "$deb" data.tar.xz | xz -dc -T1 | sha256sum; done >/dev/null'
_ZLIB = 'for deb; do ar p "$deb" data.tar.xz | xz -dc -T1 | gzip -6 -n; done | wc -c'


@dataclass(frozen=True)
class Cost:
    """What one way costs: seconds, compressed bytes (0: none were made), resident bytes."""

    name: str
    cpu: float
    wall: float
    size: int
    memory: int


def costs(command: Sequence[str], packages: Sequence[str], scratch: str, runs: int) -> list[Cost]:
    """Return the floor, ``gzip -6`` for its size, and layers in each format; the least of ``runs``.

    Args:
        command: starts the action tools as a worker.
        packages: paths of .deb files.
        scratch: an empty directory.
        runs: how often each is measured, in turns, so that a busy machine is unfair to all.
    """
    identities = {path: _identity(path) for path in packages}
    ways: list[tuple[str, Callable[[], tuple[int, int]]]] = []
    if all(shutil.which(program) for program in ("ar", "xz", "sha256sum", "gzip")):
        ways.append(("ar | xz -dc -T1 | sha256sum", lambda: (_shell(_FLOOR, packages), 0)))
        ways.append(("ar | xz -dc -T1 | gzip -6", lambda: (_shell(_ZLIB, packages), 0)))
    for name, level in (("zstd", 3), ("gzip", 6), ("zstd:chunked", 3), ("estargz", 6)):
        option = {"format": name, "level": level}
        ways.append(
            (f"layer, {name} {level}", partial(_layer, command, identities, scratch, option))
        )
    best: dict[str, Cost] = {}
    for _ in range(runs):
        for name, run in ways:
            cost = _measure(name, run)
            best[name] = min(cost, best.get(name, cost), key=lambda item: item.cpu)
    return list(best.values())


def print_costs(rows: Sequence[Cost], packages: int) -> None:
    """Print a table; ratios are to the first row."""
    print(f"\n{f'{packages} packages → layer':36}{'CPU s':>8}{'wall s':>8}{'ratio':>7}", end="")
    print(f"{'MB':>9}{'peak MB':>9}")
    for row in rows:
        ratio = row.cpu / rows[0].cpu
        print(f"{row.name:36}{row.cpu:8.2f}{row.wall:8.2f}{ratio:7.2f}", end="")
        print(f"{row.size / 1e6:9.2f}{row.memory / 1e6:9.1f}")
    print("ratio: of the CPU time to that of the first row")


def _measure(name: str, run: Callable[[], tuple[int, int]]) -> Cost:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    size, memory = run()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(name, cpu, wall, size, memory)


def _shell(script: str, packages: Sequence[str]) -> int:
    done = subprocess.run(
        ["sh", "-c", script, "floor", *packages], check=True, capture_output=True, text=True
    )
    return int(done.stdout or 0)


def _layer(
    command: Sequence[str],
    packages: dict[str, dict[str, str | None]],
    scratch: str,
    compression: dict[str, object],
) -> tuple[int, int]:
    """One worker makes a fragment of each package, and a layer of them; its size and memory."""
    with subprocess.Popen(
        [*command, "--persistent_worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdin
        segments = []
        for number, (path, identity) in enumerate(packages.items()):
            parts = {key: f"{scratch}/{number}.{key}" for key in ("segment", "facts")}
            segments.append(("segment", parts))
            request = [
                ("deb", path),
                ("package", identity),
                ("policy", {}),  # everything, so that sizes can be compared
                ("compression", compression),
                ("out_segment", parts["segment"]),
                ("out_facts", parts["facts"]),
            ]
            _ask(worker, "package-fragment", request)
        out = [("out_layer", f"{scratch}/layer"), ("out_facts", f"{scratch}/layer.json")]
        _ask(worker, "layer", [*segments, ("compression", compression), *out])
        with open(f"/proc/{worker.pid}/status", encoding="ascii") as stream:
            (peak,) = [line.split()[1] for line in stream if line.startswith("VmHWM:")]
        worker.stdin.close()
    return os.path.getsize(f"{scratch}/layer"), int(peak) * 1024


def _ask(worker: subprocess.Popen[bytes], verb: str, params: Sequence[tuple[str, object]]) -> None:
    assert worker.stdin and worker.stdout
    lines = [verb, *(json.dumps({key: value}) for key, value in params)]
    worker.stdin.write(worker_client.request(lines))
    worker.stdin.flush()
    response = worker_client.read_response(worker.stdout.read)
    if response.exit_code:
        raise SystemExit(response.output)


def _identity(path: str) -> dict[str, str | None]:
    with open(path, "rb") as stream:
        data = memoryview(stream.read())
    member = deb_members(data).control
    for entry in read_tar(decompress(member.compression, member.read(data))):
        if entry.path == "control":
            fields = parse_paragraph(b"".join(map(bytes, entry.body())))
            return {
                key: fields.get("Package" if key == "name" else key.title())
                for key in ("name", "version", "architecture")
            }
    raise SystemExit(f"{path}: no control file")
