"""What it takes to recompress the same packages with the tools every system has."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Baseline:
    """``ar p … | xz -dc | gzip -6`` for each package, one after the other."""

    packages: tuple[str, ...]

    @classmethod
    def find(cls, packages: Sequence[str]) -> Baseline | None:
        """Return the baseline for ``packages``, if this machine has the programs."""
        if all(shutil.which(program) for program in ("ar", "xz", "gzip")):
            return cls(tuple(packages))
        return None

    def decode(self) -> None:
        """Decode all packages once, two at a time: no tool can need less on two cores."""
        one = 'ar p "$0" data.tar.xz | xz -dc -T1'
        script = f"printf '%s\\n' \"$@\" | xargs -P2 -n1 sh -c '{one}' >/dev/null"
        subprocess.run(["sh", "-c", script, "baseline", *self.packages], check=True)

    def run(self) -> None:
        """Recompress all packages once, to nowhere."""
        script = 'for deb; do ar p "$deb" data.tar.xz | xz -dc -T1 | gzip -6 -n; done >/dev/null'
        subprocess.run(["sh", "-c", script, "baseline", *self.packages], check=True)
