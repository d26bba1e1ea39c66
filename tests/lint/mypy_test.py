"""All Python in the tree is typed."""

from __future__ import annotations

from pathlib import Path

import mypy.api
import pytest

MOST_ANYS = 2  # percent of the expressions of the tools


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
    options.append(f"--any-exprs-report={tmp_path}")
    report, errors, status = mypy.api.run([*options, folder])
    assert status == 0, report + errors
    if folder == "tools":
        anys, expressions = _total(tmp_path / "any-exprs.txt")
        assert 100 * anys / expressions < MOST_ANYS


def _total(report: Path) -> tuple[int, int]:
    """Return how many expressions are of type ``Any``, and how many there are."""
    name, anys, expressions, _ = report.read_text().splitlines()[-1].split()
    assert name == "Total"
    return int(anys), int(expressions)
