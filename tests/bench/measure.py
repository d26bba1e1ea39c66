"""Times a piece of work several times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Wall-clock seconds of one piece of work."""

    name: str
    seconds: tuple[float, ...]

    @property
    def low(self) -> float:
        """The fastest run."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The run to quote."""
        return statistics.median(self.seconds)

    @property
    def high(self) -> float:
        """The slowest run."""
        return max(self.seconds)


def measure(
    name: str, work: Callable[[], object], runs: int, before: Callable[[], object] | None = None
) -> Row:
    """Run ``work`` ``runs`` times after one run that does not count, each after ``before``."""
    seconds = []
    for _ in range(runs + 1):
        if before:
            before()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return Row(name, tuple(seconds[1:]))
