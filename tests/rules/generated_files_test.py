"""Hostile text in what repository rules read: they refuse it, or write it as a mere string."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Starlark has bytes where Python has characters; Latin-1 gives each byte one of them.
GENERATED = json.loads(
    Path(os.environ["RUNFILES_DIR"], os.environ["GENERATED"]).read_text(encoding="latin-1")
)
CALLS: dict[str, set[str]] = {
    "advisory_database": {"advisory_database"},
    "apt_lock": {"package_closure", "debian_package"},
    "archive_lock": {"upstream_archive"},
    "image_lock": set(),
    "index_page": {"exports_files", "wheel"},
    "metadata": set(),
    "package_json": set(),
    "package_lock": {"npm_package", "npm_packages"},
    "pull_description": {"pulled_image"},
    "pylock": {"exports_files", "wheel", "wheel_closure"},
    "requirements": {"exports_files", "wheel", "wheel_closure"},
    "uv_lock": {"exports_files", "wheel", "wheel_closure"},
}
TAKES = {"index_page"}  # without its odd entries
ELLIPSIS = "…".encode().decode("latin-1")  # of our own words
EVERYWHERE = {"load", "package", "alias", "select", "glob"}


def calls(text: str) -> Iterator[str]:
    """Yield the calls in a generated file.

    Fails when there is anything else than calls and constants.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            yield node.func.id
        else:
            assert isinstance(
                node,
                ast.Module
                | ast.Expr
                | ast.Assign
                | ast.Constant
                | ast.List
                | ast.Dict
                | ast.Name
                | ast.keyword
                | ast.expr_context
                | ast.BinOp
                | ast.Add,
            ), ast.dump(node)


def cases(rule: str) -> list[dict[str, Any]]:
    return [case for case in GENERATED["cases"] if case["rule"] == rule]


def test_each_reader_is_tried() -> None:
    assert {case["rule"] for case in GENERATED["cases"]} == set(CALLS)


@pytest.mark.parametrize("rule", CALLS)
def test_good_input_is_written(rule: str) -> None:
    good = cases(rule)[0]
    assert good["problem"] is None
    made = {call for text in good["files"].values() for call in calls(text)}
    assert made >= CALLS[rule]


@pytest.mark.parametrize("rule", CALLS)
def test_only_the_intended_calls_are_in_what_was_written(rule: str) -> None:
    hostile = cases(rule)[1:]
    for field in {case["field"] for case in hostile}:
        assert len([case for case in hostile if case["field"] == field]) >= 40
    refused = 0
    for case in hostile:
        shown = f"{case['field']} = {case['value']!r}"
        refused += case["problem"] is not None
        for path, text in (case["files"] or {}).items():
            assert set(calls(text)) <= CALLS[rule] | EVERYWHERE, shown
            assert not {"", ".", ".."} & set(path.split("/")), shown
            assert path.isascii() and path.isprintable(), shown
    assert rule in TAKES or refused > 0.4 * len(hostile)


@pytest.mark.parametrize("rule", CALLS)
def test_a_refusal_can_be_printed_on_a_terminal(rule: str) -> None:
    for case in cases(rule):
        problem = case["problem"]
        if problem is not None:
            printed = problem.replace(ELLIPSIS, "").replace("\n", " ")
            assert printed.isascii()
            assert printed.isprintable()
            assert len(problem) < 600


def test_the_writer_quotes_what_nobody_has_checked() -> None:
    values = GENERATED["written"]["values"]
    module = ast.parse(GENERATED["written"]["text"])
    written = [
        ast.literal_eval(
            next(each.value for each in statement.value.keywords if each.arg == "name")
        )
        for statement in module.body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    ]
    assert len(written) >= 40
    assert written == values
    assert set(calls(GENERATED["written"]["text"])) == {"rule", "glob", "select"}
