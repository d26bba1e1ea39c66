"""Pictures of the documents that show measured data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_ROW = re.compile(r"^\| \[`//base/([\w:]+)`\]\S+ \| ([\d.]+) \|", re.MULTILINE)

_STYLE = """\
  <style>
    text { fill: #1d2733; font: 14px system-ui, sans-serif }
    .value { font-size: 12.5px; fill: #51627a }
    .plinth { fill: #3f6fb5 } .other { fill: #b9c4d3 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf6 } .value { fill: #9fb0c8 }
      .plinth { fill: #7aa7e8 } .other { fill: #4a586c }
    }
  </style>
"""
_LABEL, _BAR, _HEIGHT, _GAP = 190, 520, 18, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One image: its name, its compressed size in MB, and whether it is one of ours."""

    name: str
    size: float
    is_plinth: bool


def sizes(images_page: str, comparison: str) -> str:
    """Compressed sizes of our images next to others, as SVG.

    Args:
        images_page: docs/images.md, whose table `bazel run //base/update` measures.
        comparison: tools/inspect/comparison.json, sizes of other images' packages.
    """
    ours = {name: float(size) for name, size in _ROW.findall(images_page)}
    others = {
        each["name"]: each["numbers"]["compressed"] / 1e6 for each in json.loads(comparison)["sets"]
    }
    bars = [
        bar
        for name in ("static", "cc", "python3")
        for bar in (
            Bar(f"//base/{name}", ours[name], is_plinth=True),
            Bar(f"Google {name}", others[f"Google {name}"], is_plinth=False),
        )
    ]
    bars.insert(5, Bar("//base/python3_slim", ours["python3_slim"], is_plinth=True))
    bars.append(Bar("debian:13-slim", others["debian:13-slim"], is_plinth=False))
    return _bar_chart("Compressed sizes in MB", bars)


def _bar_chart(title: str, bars: list[Bar]) -> str:
    largest = max(bar.size for bar in bars)
    rows = []
    for number, bar in enumerate(bars):
        top = number * (_HEIGHT + _GAP) + 10
        width = max(1, round(bar.size / largest * _BAR))
        kind = "plinth" if bar.is_plinth else "other"
        rows += [
            f'  <text x="{_LABEL - 10}" y="{top + 14}" text-anchor="end">{bar.name}</text>\n',
            f'  <rect class="{kind}" x="{_LABEL}" y="{top}" width="{width}" height="{_HEIGHT}"',
            ' rx="3"/>\n',
            f'  <text class="value" x="{_LABEL + width + 8}" y="{top + 14}">',
            f"{bar.size:.1f}</text>\n",
        ]
    height = len(bars) * (_HEIGHT + _GAP) + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LABEL + _BAR + 60} {height}"'
        f' role="img" aria-label="{title}">\n{_STYLE}{"".join(rows)}</svg>\n'
    )
