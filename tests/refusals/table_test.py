"""The table of refusals is fit to be read."""

from __future__ import annotations

import pytest

from tests.refusals.table import Refusal, read_table

ROWS = [each for topic in read_table() for each in topic.refusals]


def test_every_row_has_a_name_of_its_own() -> None:
    names = [row.name for row in ROWS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_helps(row: Refusal) -> None:
    assert row.cure or row.hidden, "say what to do"
    assert row.mistake[0].isupper() or row.mistake[0] == "`"
    assert "@@" not in row.message, "a label as people write it"
    assert bool(row.build) != bool(row.error), "made by Bazel, or by the tools"
