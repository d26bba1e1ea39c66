"""Kills something again and again: at random moments, and at random steps."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Protocol

KILLS = int(os.environ.get("PLINTH_KILLS", "10"))
"""How often, at most. CI takes a sample; //tests/exhaustive sets a number."""


class Victim(Protocol):
    """What can be killed, such as `tests.faults.child.Child`."""

    def kill(self) -> bool:
        """Return whether it had not ended yet."""

    def wait(self) -> tuple[int, str]:
        """Its status, and what it has written."""

    @property
    def steps(self) -> int:
        """How many steps it took, once it has ended by itself."""


def storm(start: Callable[[int], Victim], reset: Callable[[], object], seed: int) -> Iterator[None]:
    """Yield after each kill, for the test to look at what is left.

    Every second time it is a step of the program that is drawn, which another run with the same
    seed dies at as well; the other times it is a moment, which may be in the midst of a write.

    Args:
        start: starts the victim, to die at a step if the number is not 0.
        reset: makes all as it was before.
        seed: of the draw.
    """
    chance = random.Random(seed)  # noqa: S311 - which moment it is
    reset()
    started = time.monotonic()
    whole = start(0)
    status, said = whole.wait()
    seconds, steps = time.monotonic() - started, whole.steps
    assert status == 0, said
    cut = 0
    for number in range(KILLS):
        reset()
        if number % 2:
            victim = start(chance.randint(1, steps))
            cut += victim.wait()[0] < 0
        else:
            victim = start(0)
            time.sleep(chance.uniform(0, seconds))
            cut += victim.kill()
        yield
    assert cut > KILLS // 2, "most were over before they were killed"
