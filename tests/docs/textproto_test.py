"""The text form of protocol buffers, as Bazel writes it."""

from __future__ import annotations

import pytest

from docs.generator.textproto import parse_textproto


def test_messages_lie_in_one_another() -> None:
    module = parse_textproto('a {\n  b {\n    c: "d"\n  }\n  b {\n    c: "e"\n  }\n}\nf: true\n')
    assert [each.text("c") for each in module.messages("a")[0].messages("b")] == ["d", "e"]
    assert module.text("f") == "true"
    assert module.text("absent", "default") == "default"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"it\'s \"quoted\"", 'it\'s "quoted"'),
        (r"two\nlines\t\\", "two\nlines\t\\"),
        (r"\342\200\246", "…"),
        # Bazel holds the bytes of a file as Latin-1, and encodes them once more.
        (r"\303\242\302\200\302\246", "…"),
        (r"na\303\257ve", "naïve"),
    ],
)
def test_escapes(written: str, meant: str) -> None:
    assert parse_textproto(f'text: "{written}"').text("text") == meant


def test_a_line_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="line 2: not a field: what is this"):
        parse_textproto("a: 1\nwhat is this\n")
