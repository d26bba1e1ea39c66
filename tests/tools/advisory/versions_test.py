"""Versions as each ecosystem orders them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.advisory.versions import version_key


@pytest.mark.parametrize("ecosystem", ["Debian:13", "PyPI", "npm", "Alpine:v3.20"])
def test_numbers_that_python_does_not_read(ecosystem: str) -> None:
    for text in ("9" * 5000, f"1.{'9' * 5000}.0", "1.0.0-" + "9" * 5000, "²", "1.²"):
        version_key(ecosystem, text)


@given(st.tuples(*[st.integers(0, 30)] * 3), st.tuples(*[st.integers(0, 30)] * 3))
def test_semantic_versions_compare_as_their_numbers(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    keys = [version_key("npm", ".".join(map(str, each))) for each in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


def test_semantic_versions_before_a_release() -> None:
    order = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11",
             "1.0.0-rc.1", "1.0.0"]  # fmt: skip
    assert sorted(order, key=lambda text: version_key("npm", text)) == order


def test_versions_of_apk() -> None:
    order = ["1.2_alpha", "1.2_pre2", "1.2_rc1", "1.2", "1.2-r1", "1.2-r10", "1.2_git20240101",
             "1.2_p1", "1.2a", "1.2.1", "1.10"]  # fmt: skip
    for ecosystem in ("Alpine:v3.20", "Wolfi"):
        assert sorted(order, key=lambda text: version_key(ecosystem, text)) == order
    assert version_key("Wolfi", "nonsense") is None
