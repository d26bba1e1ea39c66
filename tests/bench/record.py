"""Writes what a benchmark measured to a file of ``results/``: figures, command, date, machine.

Documents and pictures take their figures from these files; ``tests/docs/figures_test.py`` compares.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Mapping
from typing import Any


def record(path: str, command: str, figures: Mapping[str, Any]) -> None:
    """Write the figures of one run of a command."""
    document = {
        "command": command,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine(),
        "figures": figures,
    }
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(document, stream, indent=1, ensure_ascii=False, sort_keys=True)
        stream.write("\n")


def machine() -> str:
    """Return the architecture, the number of processors that may be used, and the kernel."""
    processors = len(os.sched_getaffinity(0))
    return f"{platform.machine()}, {processors} processors, Linux {platform.release()}"
