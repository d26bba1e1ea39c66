"""The sets that reports show for scale."""

from __future__ import annotations

import json
from pathlib import Path

from tools.inspect.comparison.update import lock_digest

ROOT = Path("tools/inspect/comparison")


def test_they_were_measured_from_the_lock_in_the_tree() -> None:
    table = json.loads(ROOT.joinpath("comparison.json").read_text())
    digest = lock_digest(str(ROOT / "comparison.lock.json"))
    assert table["lock_sha256"] == digest, "run: bazel run //tools/inspect/comparison:update"
    assert table["sets"][0]["name"] == "debian:13-slim"
