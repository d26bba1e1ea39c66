"""How much memory a program and all that it starts take, at their peak."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_PERIOD = 0.02


@dataclass(frozen=True)
class Peak:
    """Megabytes (10^6 bytes).

    Attributes:
        process: the largest resident set of any one process.
        together: the most that all processes had at a time, with shared pages counted once.
    """

    process: float
    together: float


def peak_of(command: Sequence[str], directory: str, environment: Mapping[str, str]) -> Peak:
    """Run a command and looks at its processes fifty times a second."""
    process = subprocess.Popen(command, cwd=directory, env=environment, stdout=subprocess.DEVNULL)
    seen = [0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_PERIOD):
            seen.append(sum(map(_proportional_kib, _family(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    watcher.join()
    if status:
        raise SystemExit(f"{command[0]} failed")
    return Peak(usage.ru_maxrss * 1024 / 1e6, max(seen) * 1024 / 1e6)


def _family(process: int) -> Iterator[int]:
    yield process
    # It may end at any time.
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as file:
                for child in file.read().split():
                    yield from _family(int(child))


def _proportional_kib(process: int) -> int:
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except OSError:
        return 0
