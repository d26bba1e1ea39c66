"""All Python in the tree is typed."""

from __future__ import annotations

from pathlib import Path

import mypy.api
import pytest


@pytest.mark.parametrize(
    ("folder", "python"),
    [
        ("tools", "3.11"),  # bazelw runs some of them on the host's Python
        ("tests", "3.13"),
        ("examples/python/status_page", "3.13"),
    ],
)
def test_is_typed(
    folder: str, python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if folder.startswith("examples/"):
        # An application is a root of its own.
        root, _, folder = folder.rpartition("/")
        monkeypatch.chdir(root)
    options = ["--strict", f"--python-version={python}", f"--cache-dir={tmp_path}"]
    report, errors, status = mypy.api.run([*options, folder])
    assert status == 0, report + errors
