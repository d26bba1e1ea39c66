"""The sets that reports show for scale."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.comparison.update import lock_digest

TABLE = Path("tools/inspect/comparison.json")
LOCK = "tests/bench/comparison/comparison.lock.json"


def test_they_were_measured_from_the_lock_in_the_tree() -> None:
    table = json.loads(TABLE.read_text())
    digest = lock_digest(LOCK)
    assert table["lock_sha256"] == digest, "run: bazel run //tests/bench/comparison:update"
    assert table["sets"][0]["name"] == "debian:13-slim"
