"""Debian Policy §5.1: paragraphs and fields; and the quick way through big indexes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.debian.control import parse_paragraph, parse_paragraphs, split_stanzas, stanza_field
from tools.errors import FormatError

STANZA = b"""\
Package: foo
Version: 1.0
Description: short
 long
 .
\tmore
Provides: bar,
 baz (= 1)
Size: 7"""


def test_fields_are_found_without_regard_to_case() -> None:
    paragraph = parse_paragraph(STANZA)
    assert paragraph.get("version") == paragraph.get("Version") == "1.0"
    assert paragraph.get("Homepage") == ""
    assert "SIZE" in paragraph
    assert [name for name, _ in paragraph] == [
        "Package",
        "Version",
        "Description",
        "Provides",
        "Size",
    ]


def test_continuation_lines_lose_their_first_character_only() -> None:
    assert parse_paragraph(STANZA).get("Description") == "short\nlong\n.\nmore"
    assert parse_paragraph(b"A:\n  indented\n").get("A") == "\n indented"


def test_blank_lines_separate_and_comments_vanish() -> None:
    paragraphs = list(parse_paragraphs(b"\n\nA: 1\n# no\nB: 2\n \n\nA: 3\n\n"))
    assert [dict(each) for each in paragraphs] == [{"A": "1", "B": "2"}, {"A": "3"}]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"no colon\n", "Field: value"),
        (b" first\n", "continuation"),
        (b"A: 1\na: 2\n", "twice"),
        (b"A: \xff\n", "UTF-8"),
        (b"", "found 0"),
        (b"A: 1\n\nB: 2\n", "found 2"),
    ],
)
def test_what_is_no_paragraph(data: bytes, problem: str) -> None:
    with pytest.raises(FormatError, match=problem):
        parse_paragraph(data)


@pytest.mark.parametrize(
    "name", ["Package", "Version", "Description", "Provides", "Size", "Absent", "Pack"]
)
def test_the_quick_way_reads_the_same(name: str) -> None:
    assert stanza_field(STANZA, name) == parse_paragraph(STANZA).get(name)


@given(st.lists(st.integers(1, 40), max_size=30))
def test_stanzas_are_the_same_however_the_bytes_arrive(sizes: list[int]) -> None:
    text = b"\n\n".join(b"Package: p%d\nSize: %d" % (n, n) for n in range(9)) + b"\n\n"
    pieces = []
    for size in sizes:
        pieces.append(text[:size])
        text = text[size:]
    stanzas = list(split_stanzas([*pieces, text]))
    assert [stanza_field(each, "Package") for each in stanzas] == [f"p{n}" for n in range(9)]


def test_an_index_may_be_empty_or_lack_its_last_line_break() -> None:
    assert list(split_stanzas([])) == []
    assert list(split_stanzas([b"\n"])) == []
    assert list(split_stanzas([b"Package: a"])) == [b"Package: a"]
