"""What people read is in plain English: proselint's rules, our own vocabulary, short sentences.

Pages are checked as a whole; of sources, the comments, the documentation and the messages are.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from proselint.checks import __register__
from proselint.config import DEFAULT
from proselint.registry import CheckRegistry
from proselint.registry.checks import Check, types
from proselint.tools import LintFile

from tests.lint.source_prose import prose_of

ROOT = Path(os.path.realpath("MODULE.bazel")).parent
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "base/**/*.md")
    for path in ROOT.glob(pattern)
)
VOCABULARY = tomllib.loads(Path("tests/lint/vocabulary.toml").read_text())["avoid"]
LONGEST_SENTENCE = 25
"""In words."""

# Messages of tests are data of tests, so only comments and documentation count there.
SOURCES = {
    f"{room}/": sorted(
        path
        for pattern in ("**/*.py", "**/*.bzl", "**/BUILD.bazel")
        for path in (ROOT / room).glob(pattern)
    )
    for room in ("base", "docs", "examples", "rules", "tests", "tools")
}
# `nobody` is also the name of a user, in tables of accounts and in code.
_NAMES = re.compile(r"`[^`]*`|``[^`]*``|\bnobody(?=[:\s]\d|:|/)|\buser nobody\b|\broot, nobody\b")
_DIALECT = re.compile(
    rf"(?<![-\w/])(?:{'|'.join(map(re.escape, VOCABULARY))})(?![-\w/(])", re.IGNORECASE
)

# Quotes and dots are as programs print them, headings repeat words of the lines below them, and
# no page has a time of day.
_IGNORED = {"typography": False, "lexical_illusions": False, "dates_times": False}
_BLOCK = re.compile(r"^```.*?^```|<!--.*?-->", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`]*`|(?<=\]\()[^)]*|https?://\S+")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\||^\s*(?:[-*]|\d+\.|#+)\s", re.MULTILINE)

CheckRegistry().register_many(
    (
        *__register__,
        Check(
            check_type=types.PreferredFormsSimple(items=VOCABULARY),
            path="plinth.vocabulary",
            message="Write {}, not '{}'.",
        ),
    )
)


def prose(markdown: str) -> str:
    """Return the text without code, comments and targets of links; lines keep their places."""
    text = _BLOCK.sub(lambda match: "\n" * match[0].count("\n"), markdown)
    return _CODE.sub(lambda match: re.sub(r"\S+", "x", match[0]), text)


@pytest.mark.parametrize("page", PAGES)
def test_words_are_plain(page: str) -> None:
    text = prose((ROOT / page).read_text(encoding="utf-8"))
    checks = DEFAULT["checks"] | _IGNORED | {"plinth": True}
    found = LintFile(page, text).lint(DEFAULT | {"checks": checks})
    assert "\n".join(f"{page}:{each.pos[0]}: {each.check_result.message}" for each in found) == ""


@pytest.mark.parametrize("page", PAGES)
def test_sentences_are_short(page: str) -> None:
    text = prose((ROOT / page).read_text(encoding="utf-8"))
    sentences = [sentence.split() for sentence in _SENTENCE_END.split(text)]
    assert [" ".join(words) for words in sentences if len(words) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("room", SOURCES)
def test_sources_have_plain_words(room: str) -> None:
    found = []
    for path in SOURCES[room]:
        for each in prose_of(path.read_text(encoding="utf-8")):
            if room == "tests/" and each.kind == "string":
                continue
            text = _NAMES.sub("x", each.text)
            found += [
                f"{path.relative_to(ROOT)}:{each.line}: write {VOCABULARY[match[0].lower()]!r},"
                f" not {match[0]!r}"
                for match in _DIALECT.finditer(text)
            ]
    assert "\n".join(found) == ""
