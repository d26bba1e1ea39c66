"""Hostile inputs for every reader, others each time: ``python -m tests.fuzz [MINUTES [TARGET …]]``.

Prints what broke the law, the input in Python's spelling and the traceback, and leaves that target
alone from then on. The exit status is 1 if there was any.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
import traceback
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.mutation import hostile
from tests.fuzz.target import Target, attempt
from tests.fuzz.targets import TARGETS

_ROUND = 500
"""Inputs of one target, before it is the next one's turn."""


def main(arguments: list[str]) -> int:
    """Run until the time is over."""
    minutes = float(arguments[0]) if arguments else 60
    targets = [TARGETS[name] for name in arguments[1:] or TARGETS]
    end = time.monotonic() + 60 * minutes
    tried: Counter[str] = Counter()
    broken: set[str] = set()
    for target in itertools.cycle(targets):
        if time.monotonic() > end or len(broken) == len(targets):
            break
        if target.name in broken:
            continue
        try:
            _try(target, tried)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                break
            broken.add(target.name)
            print(f"== {target.name}: {' '.join(getattr(error, '__notes__', ()))}", flush=True)
            traceback.print_exception(error)
    for name, count in tried.items():
        print(f"{name}: {count} inputs{', broken' if name in broken else ''}")
    print(f"{tried.total()} inputs, {len(broken)} of {len(targets)} targets broken")
    return int(bool(broken))


def _try(target: Target, tried: Counter[str]) -> None:
    @seed(random.getrandbits(64))
    @settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(content=hostile(target))
    def law(content: bytes) -> None:
        tried[target.name] += 1
        attempt(target, content)

    law()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
