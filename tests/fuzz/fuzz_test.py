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


# Not those of TOML: this interpreter, unlike Bazel's, searches a text from its start each time.
@pytest.mark.parametrize(
    "name",
    ["rules_index_page_of_html", "rules_metadata", "rules_package_lock", "rules_requirements"],
)
def test_long_inputs(name: str) -> None:
    """A reader whose time grows with the square of the length does not end in time."""
    target = TARGETS[name]
    for word in (*target.words, b'"",', b"{", b"[", b"(", b"a", b"\\\\", b"\n", target.seeds[0]):
        attempt(target, word * (500_000 // len(word)))


@pytest.mark.parametrize("name", ["rules_requirements", "rules_metadata", "rules_uv_lock"])
def test_digits_are_those_of_ascii(name: str) -> None:
    """A superscript is a digit to some functions, and no number to others."""
    for seed in TARGETS[name].seeds:
        for digit in b"0123456789":
            attempt(TARGETS[name], seed.replace(bytes([digit]), b"\xb9"))
