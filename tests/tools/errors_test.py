"""What every error of the tools can be relied on for."""

from __future__ import annotations

import pickle

import pytest

from tools.errors import FormatError, PlinthError


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m",
        "\x9b31m",
        "\r",
        "\x00",
        "\x7f",
        "\u202e",
        "\u2066",
        "\u2028",
        "\ud800",
        "\b",
        "\u200b",
        "\ufeff",
        "\u00ad",
        "\u3164\u200d",
        "\U000e0041",
        "\ue000",
        "\u0085",
        "\u061c",
    ],
)
def test_no_control_character_reaches_a_terminal(text: str) -> None:
    for error in (PlinthError(f"a: {text}\n  do b"), FormatError("version", text, "bad")):
        assert text not in str(error)
        assert "\\" in str(error)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own


def test_other_texts_are_shown_as_they_are() -> None:
    assert str(PlinthError("grüße: 名\n  do b")) == "grüße: 名\n  do b"
