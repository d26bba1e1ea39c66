"""What the service shows."""

from __future__ import annotations

import dataclasses
import os
import platform
import time

import humanize
import psutil


@dataclasses.dataclass(frozen=True)
class Status:
    """The state of the machine and of this process, in words a person can read."""

    python: str
    user: int
    processors: int
    load: str
    memory_used: str
    memory_total: str
    up_since: str

    def as_dict(self) -> dict[str, str | int]:
        """Return the fields by name."""
        return dataclasses.asdict(self)

    def as_text(self) -> str:
        """One line per field."""
        return "\n".join(f"{name}: {value}" for name, value in self.as_dict().items())


def measure() -> Status:
    """Measure now."""
    memory = psutil.virtual_memory()
    return Status(
        python=platform.python_version(),
        user=os.getuid(),
        processors=psutil.cpu_count() or 1,
        load=f"{psutil.getloadavg()[0]:.2f}",
        memory_used=humanize.naturalsize(memory.used, binary=True),
        memory_total=humanize.naturalsize(memory.total, binary=True),
        up_since=humanize.naturaltime(time.time() - psutil.boot_time()),
    )
