"""Figures of the documents are those that benchmarks wrote, or that are counted in the tree."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(os.path.realpath("MODULE.bazel")).parent
RESULTS = ROOT / "tests/bench/results"
FIGURES = tomllib.loads(Path("tests/docs/figures.toml").read_text(encoding="utf-8"))["figure"]
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("README.md", "docs/*.md", "docs/migration/*.md", "examples/**/*.md")
    for path in ROOT.glob(pattern)
)

# Tables of sizes are written by `bazel run //base/update`, and output by programs.
_SKIPPED = re.compile(
    r"^```.*?^```|<!-- sizes.*?<!-- end of sizes -->|`[^`]*`|(?<=\]\()[^)]*",
    re.MULTILINE | re.DOTALL,
)
_FIGURE = re.compile(
    r"(?<![\w.])\d[\d.]* ?(?:ms|MB|GB|kB|MiB|KiB|GiB|%|s|seconds|times|wheels|npm packages)(?!\w)"
)
_SIZE = re.compile(r"^\| \[`//base/([\w:]+)`\]\S+ \| ([\d.]+) \|", re.MULTILINE)


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _expected(figure: dict[str, Any]) -> str:
    """Return the figure as its page must state it."""
    number: Any
    digits = figure.get("digits", 0)
    if "result" in figure:
        file, _, keys = figure["result"].partition(":")
        number = json.loads((RESULTS / f"{file}.json").read_text(encoding="utf-8"))["figures"]
        for key in keys.split("."):
            number = number[key]
    elif "sizes" in figure:
        table = {name: float(size) for name, size in _SIZE.findall(_text("docs/images.md"))}
        first, *others = (table[name] for name in figure["sizes"])
        number, digits = first - sum(others), 1
    elif "other" in figure:
        sets = json.loads(_text("tools/inspect/comparison.json"))["sets"]
        sizes = {each["name"]: each["numbers"]["compressed"] for each in sets}
        number, digits = sizes[figure["other"]] / 1e6, 1
    elif "lock" in figure:
        packages = json.loads(_text(figure["lock"]))["packages"]["amd64"]
        number = sum(package["size"] for package in packages) / 1e6
    elif "count" in figure:
        pattern = re.compile(figure["pattern"], re.MULTILINE)
        number = sum(len(pattern.findall(_text(path))) for path in figure["count"])
    else:
        if "code" in figure:
            assert figure["has"] in _text(figure["code"])
        elif "repeats" in figure:
            assert figure["repeats"] in _text(figure["page"])
        else:
            assert figure["measured"]
        return str(figure["value"])
    return f"{number / figure.get('scale', 1):.{digits}f}"


def _stated(figure: dict[str, Any]) -> str:
    return str(figure["text"]).replace("{}", _expected(figure))


@pytest.mark.parametrize("figure", FIGURES, ids=lambda each: f"{each['page']}: {each['text']}")
def test_a_figure_is_that_of_its_source(figure: dict[str, Any]) -> None:
    page = " ".join(_text(figure["page"]).split())
    assert " ".join(_stated(figure).split()) in page


@pytest.mark.parametrize("page", PAGES)
def test_a_figure_has_a_source(page: str) -> None:
    known = [" ".join(_stated(each).split()) for each in FIGURES if each["page"] == page]
    text = _SKIPPED.sub(lambda match: " " if "\n" in match[0] else match[0], _text(page))
    text = " ".join(text.split())
    for stated in known:
        text = text.replace(stated, "")
    # The text around a figure may be that of two: "an update moves 3.1 MB of 16.0 MB".
    rest = [
        match[0]
        for match in _FIGURE.finditer(re.sub(r"`[^`]*`|(?<=\]\()[^)]*", "", text))
        if not any(match[0] in stated for stated in known)
    ]
    assert rest == []


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.name)
def test_a_result_says_how_it_was_measured(path: Path) -> None:
    result = json.loads(path.read_text(encoding="utf-8"))
    assert set(result) == {"command", "date", "figures", "machine"}
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", result["date"])
    assert result["command"]
    assert result["machine"]
