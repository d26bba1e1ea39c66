"""One report, three forms."""

from __future__ import annotations

import json
from pathlib import Path

from tools.action.params import Params
from tools.inspect.report import Report, Table, write_report

REPORT = Report(
    "Title",
    ["A paragraph.", Table(["", "size", "why"], [["a|b", "1", "x"], ["c", "20", ""]], left=(2,))],
    {"key": 1},
)


def test_text() -> None:
    assert REPORT.text() == "Title\n\nA paragraph.\n\n     size  why\na|b     1  x\nc      20\n"


def test_markdown() -> None:
    assert REPORT.markdown() == (
        "## Title\n\nA paragraph.\n\n"
        "|  | size | why |\n| --- | ---: | --- |\n| a\\|b | 1 | x |\n| c | 20 |  |\n"
    )


def test_what_is_asked_for_is_written(tmp_path: Path) -> None:
    outputs = {key: [str(tmp_path / key)] for key in ("out_text", "out_markdown", "out_json")}
    write_report(Params({}), REPORT)
    assert list(tmp_path.iterdir()) == []
    write_report(Params(outputs), REPORT)
    assert json.loads((tmp_path / "out_json").read_text()) == {"key": 1}
    assert (tmp_path / "out_text").read_text() == REPORT.text()
    assert (tmp_path / "out_markdown").read_text() == REPORT.markdown()
