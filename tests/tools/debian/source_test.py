"""Debian Policy §5.6.1: the Source field of a binary package."""

import pytest

from tools.debian.source import parse_source
from tools.errors import FormatError


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", ("libfoo1", "1.0-1+b1")),
        ("foo", ("foo", "1.0-1+b1")),
        ("foo (1.0-1)", ("foo", "1.0-1")),
        ("gcc-14 (14.2.0-19) ", ("gcc-14", "14.2.0-19")),
    ],
)
def test_name_and_version_of_the_source(field: str, expected: tuple[str, str]) -> None:
    assert parse_source(field, "libfoo1", "1.0-1+b1") == expected


@pytest.mark.parametrize("field", ["foo (1.0", "(1.0)", "foo bar"])
def test_other_forms_are_refused(field: str) -> None:
    with pytest.raises(FormatError, match="Source"):
        parse_source(field, "libfoo1", "1.0")
