"""Bazel refuses each mistake in the words of the table, and no ``fail`` is without a row.

Mistakes that leave the rest of a workspace alone are made together, in one run of Bazel.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.nested_bazel import source_tree
from tests.refusals.served_files import serve_files
from tests.refusals.table import Refusal, read_table
from tests.refusals.workspace import Answer, Workspace

OF_BAZEL = [each for topic in read_table() for each in topic.refusals if not each.error]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Answer]]:
    """Return what Bazel says of each mistake."""
    directory = tmp_path_factory.mktemp("user")
    with serve_files(directory / "files") as files:
        workspace = Workspace(directory, files)
        for refusal in OF_BAZEL:
            workspace.write(refusal)
        try:
            yield _answers(workspace)
        finally:
            workspace.bazel.shut_down()


def _answers(workspace: Workspace) -> Mapping[str, Answer]:
    together = [each for each in OF_BAZEL if not each.alone and not each.command]
    targets = [f"//{each.name}:all" for each in together]
    answer = workspace.run(together, "build", "--keep_going", *targets)
    answers = {each.name: answer for each in together}
    for each in OF_BAZEL:
        if each.name not in answers:
            command = each.command or ("build", f"//{each.name}:all")
            answers[each.name] = workspace.run([each], *command)
    return answers


@pytest.mark.parametrize("refusal", OF_BAZEL, ids=lambda refusal: refusal.name)
def test_the_user_reads_the_message(refusal: Refusal, answers: Mapping[str, Answer]) -> None:
    text = answers[refusal.name].text
    assert refusal.says(text), _nearby(text, refusal.name)


def test_every_refusal_of_the_rules_has_a_row(answers: Mapping[str, Answer]) -> None:
    reached = {place for answer in answers.values() for place in answer.reached}
    without = sorted(_calls_of_fail() - reached)
    assert not without, "make the mistake that ends there in a row of tests/refusals/*.toml"


def _calls_of_fail() -> set[tuple[str, int]]:
    """Return file and line of each; Starlark is written as Python is."""
    root = Path(source_tree())
    return {
        (str(file.relative_to(root)), node.lineno)
        for directory in ("rules", "base")
        for file in (root / directory).rglob("*.bzl")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "fail"
    }


def _nearby(text: str, name: str) -> str:
    """Return what Bazel prints about a directory, to explain why this test fails."""
    return "\n".join(part for part in text.split("ERROR: ") if name in part)
