"""Each program does in an image what it does on a Debian that dpkg has configured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.base.programs.running import problems, read_rows
from tests.container.container import Container

ROWS = read_rows()


@pytest.mark.parametrize("name", ROWS)
def test_program(name: str) -> None:
    container = Container(ROWS[name]["image"])
    assert list(problems(container, ROWS[name]["commands"])) == []


@pytest.mark.parametrize("name", ROWS)
def test_its_closure_is_complete(name: str) -> None:
    verdict = json.loads(Path(ROWS[name]["verdict"]).read_text(encoding="utf-8"))
    assert verdict["passed"], verdict["images"]
