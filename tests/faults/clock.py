"""A clock that is years off."""

from __future__ import annotations

import datetime
import time
from types import ModuleType

_YEAR = 365.25 * 86400


def set_clock(years: float, *modules: ModuleType) -> None:
    """Move the clock of this process, such as a `tests.faults.child.Child`, for good.

    Args:
        years: how far.
        modules: those that have imported ``datetime`` from its module.
    """
    real = time.time
    seconds = years * _YEAR

    class Moved(datetime.datetime):
        """Its present is another one."""

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Moved:
            """Return the present."""
            return cls.fromtimestamp(real() + seconds, tz)

    time.time = lambda: real() + seconds
    for module in modules:
        module.datetime = Moved  # type: ignore[attr-defined]
