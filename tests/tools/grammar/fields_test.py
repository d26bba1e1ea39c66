"""The grammars of fields from outside, by the table that the tests of the rules share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.grammar.fields import (
    KINDS,
    FieldError,
    check_size,
    check_text,
    field_problem,
    readable_number,
    shown,
)

VALUES = json.loads(Path("tests/grammar.json").read_text(encoding="utf-8"))
FREE = ("text", "archive_path")  # may hold most of what can be printed


def test_the_table_has_every_kind() -> None:
    assert sorted(VALUES["kinds"]) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_good_values_pass(kind: str) -> None:
    for value in VALUES["kinds"][kind]["good"]:
        assert field_problem(kind, value, "field") is None, value


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_values_are_refused(kind: str) -> None:
    hostile = list(VALUES["kinds"][kind]["hostile"])
    hostile += [each for each in VALUES["anywhere"] if kind not in FREE or type(each) is not str]
    for value in hostile:
        problem = field_problem(kind, value, "field")
        assert problem is not None, value
        assert problem.isascii()
        assert problem.isprintable()
        assert len(problem) < 200


def test_an_error_says_where_the_field_is() -> None:
    with pytest.raises(FieldError) as caught:
        check_text("sha256", "\x1b[31m", "sha256", "x.lock.json: package libc6")
    assert str(caught.value) == (
        "x.lock.json: package libc6: "
        'sha256 = "\\u001b[31m" should be 64 hexadecimal digits in lower case'
    )
    with pytest.raises(FieldError, match="size is missing"):
        check_size(None, "size", "x")
    assert check_size(5, "size", "x") == 5
    assert check_text("debian_name", "libc6", "name", "x") == "libc6"


def test_what_is_shown_is_short_and_printable() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (*VALUES["anywhere"], "\U0001f600" * 1000, deep, b"\x00", {"a": "\x9b"}):
        text = shown(value)
        assert text.isascii()
        assert text.isprintable()
        assert len(text) <= 80


@pytest.mark.parametrize("text", ["", "²", "\uff11", "+1", "-1", "1_0", " 1", "1\n", "9" * 5000])
def test_what_is_no_number(text: str) -> None:
    assert readable_number(text) is None


def test_what_is_a_number() -> None:
    assert readable_number("0012") == 12
    assert readable_number("9007199254740991") == 2**53 - 1
    assert readable_number("9007199254740992") is None
