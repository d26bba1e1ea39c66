"""The architectures that the tools take are those that the rules know."""

from __future__ import annotations

import ast
from pathlib import Path

from tools.grammar.architectures import ARCHITECTURES


def test_both_languages_know_the_same() -> None:
    tree = ast.parse(Path("rules/private/apt/platforms.bzl").read_text(encoding="utf-8"))
    (table,) = [
        statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        and ast.unparse(statement.targets[0]) == "ARCHITECTURES"
    ]
    assert isinstance(table, ast.Dict)
    assert [ast.literal_eval(key) for key in table.keys if key] == list(ARCHITECTURES)
