"""base/probe/ARCHITECTURE/probe is what the pinned compiler makes of base/probe/probe.c."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_the_program_is_its_source(architecture: str) -> None:
    kept = f"base/probe/{architecture}/probe"
    built = f"tests/base/probe/built_{architecture}"
    assert Path(kept).read_bytes() == Path(built).read_bytes(), (
        f"bazel build //{built.replace('/built', ':built')} && "
        f"install -m 755 bazel-bin/{built} {kept}"
    )
    assert Path(kept).stat().st_size < 8000
