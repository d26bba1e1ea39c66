"""Reports: for people as text and as Markdown, for programs as JSON.

Every verb that reports takes
    out_text?, out_markdown?, out_json?
                        files to write
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.action import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tools.action.params import Params

REPORT_KEYS = ("out_text", "out_markdown", "out_json")
"""The keys of all verbs that write a report."""


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a verb.

    Attributes:
        title: one line.
        parts: paragraphs and tables, in order.
        document: the same, and more, for programs.
    """

    title: str
    parts: Sequence[str | Table]
    document: dict[str, Any]

    def text(self) -> str:
        """For a terminal."""
        blocks = [part.text() if isinstance(part, Table) else part for part in self.parts]
        return "\n\n".join([self.title, *blocks]) + "\n"

    def markdown(self) -> str:
        """For a pull request or a page."""
        blocks = [part.markdown() if isinstance(part, Table) else part for part in self.parts]
        return "\n\n".join([f"## {self.title}", *blocks]) + "\n"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column is text, the others are numbers unless ``left`` says so.

    Attributes:
        header: of each column.
        rows: each with the same number of cells.
        left: numbers of further columns that are text.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: Sequence[int] = ()

    def text(self) -> str:
        """Aligned columns."""
        rows = [row for row in (self.header, *self.rows) if any(row)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(self.header))]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if self._is_left(column) else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        )

    def markdown(self) -> str:
        """Return a GitHub table."""
        rule = ["---" if self._is_left(column) else "---:" for column in range(len(self.header))]
        rows = [[_escape(cell) for cell in row] for row in self.rows]
        return "\n".join("| " + " | ".join(row) + " |" for row in (self.header, rule, *rows))

    def _is_left(self, column: int) -> bool:
        return column == 0 or column in self.left


def write_report(params: Params, report: Report) -> None:
    """Write the requested outputs of an action."""
    for key, content in (("out_text", report.text), ("out_markdown", report.markdown)):
        path = params.optional(key)
        if path:
            with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
                out.write(content())
    path = params.optional("out_json")
    if path:
        json_text.write(path, report.document)


def _escape(cell: str) -> str:
    return cell.replace("|", "\\|")
