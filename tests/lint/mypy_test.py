"""All Python in the tree is typed."""

from __future__ import annotations

from pathlib import Path

import mypy.api
import pytest


@pytest.mark.parametrize("folder", ["tools", "tests", "examples/python/status_page"])
def test_is_typed(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if folder.startswith("examples/"):
        # An application is a root of its own.
        root, _, folder = folder.rpartition("/")
        monkeypatch.chdir(root)
    report, errors, status = mypy.api.run(["--strict", "--cache-dir", str(tmp_path), folder])
    assert status == 0, report + errors
