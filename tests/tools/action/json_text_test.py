"""The fast JSON is the same as ``json``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.action import json_text

FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
def test_writing_is_canonical_json(value: Any) -> None:
    assert json_text.dumps(value) == json.dumps(value, sort_keys=True, separators=(",", ":"))


@given(VALUES)
def test_reading(value: Any) -> None:
    text = json.dumps(value, indent=1)
    assert json_text.loads(text + "\n") == json.loads(text)


@pytest.mark.parametrize("text", ["", "{", "[1,]", "{} x", "NaN", "'a'", '"a\nb"'])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        json_text.loads(text)


def test_file_names_that_are_not_utf8_survive() -> None:
    name = b"\xff.txt".decode("utf-8", "surrogateescape")
    assert json_text.loads(json_text.dumps({name: name})) == {name: name}
