"""The program itself: what it says when it is called wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.action.program import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("arguments", [[], ["layer"], ["layer", "@x"], ["@x", "@y"]])
def test_wrong_calls(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("error: usage: tools @PARAMS")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no such verb: ''\n  verbs: package-fragment"),
        ("lay\n", "no such verb: 'lay'"),
        ("layer\n{}", ":2: a line must be an object with one key"),
        ('layer\n{"a": 1, "b": 2}', "an object with one key"),
        ("layer\n[]", "an object with one key"),
        ("layer\nnonsense", ":2: not JSON"),
        ('layer\n{"colour": "red"}', "unknown key 'colour'"),
        ('layer\n{"out_layer": "x"}\n{"out_layer": "y"}', "'out_layer' occurs 2 times"),
        ("layer\n\n", "'out_layer' is missing"),
        ('layer\n{"out_layer": 1}', "'out_layer' must be a path, not 1"),
    ],
)
def test_params_that_break_the_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    path = tmp_path / "params"
    path.write_text(text)
    assert main([f"@{path}"]) == 1
    printed = capsys.readouterr().err
    assert message in printed
    assert str(path) in printed


def test_a_missing_params_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["@nowhere"]) == 1
    assert "nowhere" in capsys.readouterr().err
