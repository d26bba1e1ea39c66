"""docs/reference says what the rules and programs say of themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docs.generator.pictures import MEASURED, pictures
from docs.generator.reference import reference

RUNFILES = os.environ["RUNFILES_DIR"]
PAGES = reference([os.path.join(RUNFILES, path) for path in os.environ["MODULES"].split()])
WRITTEN = {path.name: path.read_text(encoding="utf-8") for path in Path("docs/reference").iterdir()}


@pytest.mark.parametrize("name", sorted({*PAGES, *WRITTEN}))
def test_a_page_is_current(name: str) -> None:
    assert WRITTEN.get(name) == PAGES.get(name), "run: bazel run //docs:reference"


def test_the_pictures_are_current() -> None:
    drawn = pictures(*(Path(path).read_text(encoding="utf-8") for path in MEASURED))
    for name, text in drawn.items():
        assert text == Path("docs", name).read_text(encoding="utf-8"), (
            f"{name}: run: bazel run //docs:reference"
        )


def test_everything_public_is_documented() -> None:
    for name, text in PAGES.items():
        for line in text.splitlines():
            assert not line.startswith("| `") or not line.endswith("|  |"), f"{name}: {line}"


# Verbs of `inspect` have the examples of the program.
@pytest.mark.parametrize(
    "text", [text for text in PAGES["commands.md"].split("\n## ")[1:] if "inspect -- " not in text]
)
def test_a_program_gives_two_examples_and_its_exit_status(text: str) -> None:
    examples = text.partition("\nexamples:\n")[2].partition("\n\n")[0]
    assert len(examples.splitlines()) >= 2
    assert "\nexit status:\n  0 " in text
