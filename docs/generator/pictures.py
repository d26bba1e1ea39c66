"""Pictures of the documents: drawn from measured data, for light and dark pages.

Each function takes the text of files that programs of this tree write, and returns SVG. The files
are docs/images.md (``bazel run //base/update``), tools/inspect/comparison.json, and
tests/bench/results/images.json (``python3 -m tests.bench.images``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

MEASURED = ("docs/images.md", "tools/inspect/comparison.json", "tests/bench/results/images.json")
"""The files that ``pictures`` takes, in their order."""

_ROW = re.compile(r"^\| \[`//base/([\w:]+)`\]\S+ \| ([\d.]+) \|", re.MULTILINE)

_STYLE = """\
  <style>
    text { fill: #1d2733; font: 14px system-ui, sans-serif }
    .value { font-size: 12.5px; fill: #51627a }
    .plinth { fill: #3f6fb5 } .other { fill: #b9c4d3 }
    .box { fill: #eef2f7; stroke: #51627a; stroke-width: 1.5 }
    .file { fill: #fff7e0; stroke: #a8812a; stroke-width: 1.5 }
    .arrow { stroke: #51627a; stroke-width: 1.8; fill: none }
    .tip { fill: #51627a }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf6 } .value { fill: #9fb0c8 }
      .plinth { fill: #7aa7e8 } .other { fill: #4a586c }
      .box { fill: #27313f; stroke: #9fb0c8 } .file { fill: #3b3420; stroke: #d9b65c }
      .arrow { stroke: #9fb0c8 } .tip { fill: #9fb0c8 }
    }
  </style>
"""
_BAR, _HEIGHT, _GAP = 480, 18, 12
_LONGEST = 40
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart.

    Attributes:
        name: at its left.
        size: in MB.
        kind: its class in the style: ``plinth`` or ``other``.
        note: after its size; may be empty.
    """

    name: str
    size: float
    kind: str
    note: str = ""


def pictures(images_page: str, comparison: str, results: str) -> dict[str, str]:
    """Return all pictures by the name of their file in docs."""
    return {
        "layers.svg": layers(results),
        "road.svg": road(results),
        "sizes.svg": sizes(images_page, comparison),
        "update.svg": update(results, comparison),
    }


def sizes(images_page: str, comparison: str) -> str:
    """Return compressed sizes of our images next to those of others."""
    ours = {name: float(size) for name, size in _ROW.findall(images_page)}
    others = _other_sizes(comparison)
    bars = [
        bar
        for name in ("static", "cc", "python3")
        for bar in (
            Bar(f"//base/{name}", ours[name], "plinth"),
            Bar(f"Google {name}", others[f"Google {name}"], "other"),
        )
    ]
    bars.insert(5, Bar("//base/python3_slim", ours["python3_slim"], "plinth"))
    bars.append(Bar("debian:13-slim", others["debian:13-slim"], "other"))
    return _bar_chart("Compressed sizes in MB", bars, label=180)


def layers(results: str) -> str:
    """Return the plan of the layers of the Python example."""
    image = _figures(results)["application"]
    bars = [
        Bar(_layer_name(layer), layer["compressed"] / 1e6, "plinth", _layer_note(layer))
        for layer in reversed(image["layers"])
    ]
    return _bar_chart(
        "Layers of //examples/python, topmost first, in MB", bars, label=300, note=150
    )


def update(results: str, comparison: str) -> str:
    """Return what an update of OpenSSL moves to a node that has the Python example."""
    image = _figures(results)["application"]
    moved = image["update"]
    bars = [
        Bar("Plinth, lazy pulling", moved["lazily"] / 1e6, "plinth"),
        Bar(
            f"Plinth, {moved['layers']} of {len(image['layers'])} layers",
            moved["moved"] / 1e6,
            "plinth",
        ),
        Bar("the same in one layer", image["compressed"] / 1e6, "other"),
        Bar("a new debian:13-slim below", _other_sizes(comparison)["debian:13-slim"], "other"),
    ]
    return _bar_chart("MB that an OpenSSL update moves to each node", bars, label=210)


def road(results: str) -> str:
    """Return the road from signed indexes to an image and its documents."""
    figures = _figures(results)
    lock, image = figures["lock"], figures["application"]
    newest = max(lock["archives"].values())[:10]
    steps = (
        ("file", "signed index", f"{len(lock['archives'])} suites, signed", f"{newest} or before"),
        ("file", "lock file", f"{lock['packages']} packages", "versions and SHA-256"),
        ("box", "fragments", f"{image['packages']} in this image", "one action each"),
        ("box", "image", f"{len(image['layers'])} layers", f"{image['compressed'] / 1e6:.1f} MB"),
        ("box", "SBOM", f"{image['files']} files", "provenance, advisories"),
    )
    width, gap, height = 158, 34, 84
    parts = []
    for number, (kind, title, *lines) in enumerate(steps):
        left = 10 + number * (width + gap)
        middle = left + width // 2
        parts += [
            f'  <rect class="{kind}" x="{left}" y="10" width="{width}" height="{height}"',
            ' rx="6"/>\n',
            f'  <text x="{middle}" y="36" text-anchor="middle">{escape(title)}</text>\n',
            *(
                f'  <text class="value" x="{middle}" y="{58 + 18 * row}" text-anchor="middle">'
                f"{escape(line)}</text>\n"
                for row, line in enumerate(lines)
            ),
        ]
        if number:
            tip, y = left - 3, 10 + height // 2
            parts += [
                f'  <path class="arrow" d="M{left - gap + 3} {y} H{tip - 8}"/>\n',
                f'  <path class="tip" d="M{tip - 9} {y - 5} L{tip} {y} L{tip - 9} {y + 5} z"/>\n',
            ]
    total = 20 + len(steps) * width + (len(steps) - 1) * gap
    return _svg("From signed indexes to an image and its SBOM", total, height + 20, parts)


def _figures(results: str) -> Mapping[str, Any]:
    figures: Mapping[str, Any] = json.loads(results)["figures"]
    return figures


def _other_sizes(comparison: str) -> dict[str, float]:
    return {
        each["name"]: each["numbers"]["compressed"] / 1e6 for each in json.loads(comparison)["sets"]
    }


def _layer_name(layer: Mapping[str, Any]) -> str:
    """Return the largest package of a layer, or what its history says of it."""
    kind, _, text = str(layer["created_by"]).partition(": ")
    if text == "files":
        return str(layer["largest"][0])
    if kind != "apt":
        return text if len(text) < _LONGEST else text[: _LONGEST - 2] + "…"
    more = layer["packages"] - 1
    return f"{layer['largest'][0]} and {more} more" if more else str(layer["largest"][0])


def _layer_note(layer: Mapping[str, Any]) -> str:
    return "changes with OpenSSL" if layer["updated"] else ""


def _bar_chart(
    title: str, bars: Sequence[Bar], *, label: int, bar: int = _BAR, note: int = 0
) -> str:
    largest = max(each.size for each in bars)
    rows = []
    for number, each in enumerate(bars):
        top = number * (_HEIGHT + _GAP) + 10
        width = max(1, round(each.size / largest * bar))
        value = f"{each.size:.1f}" if each.size >= 0.1 else f"{each.size:.3f}"
        text = f"{value}  {each.note}".strip()
        rows += [
            f'  <text x="{label - 10}" y="{top + 14}" text-anchor="end">',
            f"{escape(each.name)}</text>\n",
            f'  <rect class="{each.kind}" x="{label}" y="{top}" width="{width}" height="{_HEIGHT}"',
            ' rx="3"/>\n',
            f'  <text class="value" x="{label + width + 8}" y="{top + 14}">{escape(text)}</text>\n',
        ]
    return _svg(title, label + bar + 60 + note, len(bars) * (_HEIGHT + _GAP) + 10, rows)


def _svg(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' role="img" aria-label="{escape(title)}">\n{_STYLE}{"".join(parts)}</svg>\n'
    )
