"""Fixtures of the tests of the action tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.tools.workbench import Workbench

if TYPE_CHECKING:
    from pathlib import Path

# A busy machine is no bug: examples may take as long as they take.
settings.register_profile("plinth", deadline=None)
settings.load_profile("plinth")


@pytest.fixture
def workbench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workbench:
    """A scratch directory with the verbs."""
    return Workbench(tmp_path, capsys)
