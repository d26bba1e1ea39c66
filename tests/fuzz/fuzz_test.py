"""Some hostile inputs for every reader, the same in each build."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import hostile
from tests.fuzz.target import attempt
from tests.fuzz.targets import TARGETS

EXAMPLES = 120


@pytest.mark.parametrize("name", TARGETS)
def test_sound_inputs_are_read(name: str) -> None:
    target = TARGETS[name]
    # What is changed must have been sound, or the changes would say nothing.
    taken = [attempt(target, content) for content in target.seeds]
    assert any(taken)


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_hostile_inputs(name: str, data: st.DataObject) -> None:
    attempt(TARGETS[name], data.draw(hostile(TARGETS[name])))
