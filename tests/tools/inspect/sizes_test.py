"""Sizes as people write and read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import PlinthError
from tools.inspect.sizes import format_change, format_size, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("12MB", 12_000_000),
        ("1.5 MiB", 1_572_864),
        ("64kB", 64_000),
        ("1 GiB", 1 << 30),
        ("0", 0),
        ("65536", 65536),
        ("7B", 7),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "12 apples", "-1MB", "1e999", "nan", "12MBit"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(PlinthError, match="is not a size\n  write it as 12MB"):
        parse_size(text)


@given(st.integers(0, 1 << 40))
def test_what_is_written_can_be_read(size: int) -> None:
    assert abs(parse_size(format_size(size)) - size) <= max(size // 15, 0)


def test_changes_have_a_sign() -> None:
    assert format_change(1000, 2500) == "+1.5 kB"
    assert format_change(2500, 1000) == "-1.5 kB"
    assert format_change(7, 7) == "="
