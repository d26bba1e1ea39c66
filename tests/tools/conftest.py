"""Fixtures of the tests of the action tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tools.workbench import Workbench

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workbench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workbench:
    """A scratch directory with the verbs."""
    return Workbench(tmp_path, capsys)
