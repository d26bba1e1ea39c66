"""Fixtures of the tests of the action tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.tools.raised_errors import pytest_configure, pytest_sessionfinish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tools.workbench import Workbench

__all__ = ["pytest_configure", "pytest_sessionfinish"]

# A busy machine is no bug: examples may take as long as they take.
settings.register_profile("plinth", deadline=None)
settings.load_profile("plinth")


@pytest.fixture
def workbench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workbench:
    """Provide a scratch directory with the verbs."""
    from tests.tools.workbench import Workbench  # noqa: PLC0415 - most rooms have no verbs

    return Workbench(tmp_path, capsys)
