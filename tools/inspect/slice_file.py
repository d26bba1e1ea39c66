"""Writes the slice file: the globs that a path policy drops, for BUILD files and for review."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def write_slice(
    label: str, how: str, omit: Sequence[str], keep: Sequence[str], packages: Sequence[str]
) -> str:
    """Write the text of a ``.bzl`` file.

    Args:
        label: of the image that it was made from.
        how: its source: "a trace", "imports".
        omit: globs, sorted.
        keep: globs of what ``omit`` does not mean.
        packages: those of which nothing is needed.
    """
    lines = [
        f'"""What {label} does not need of its packages, by {how}.',
        "",
        "Made by `bazel run @rules_plinth//tools/inspect -- slice`; use it so:",
        '`path_policy(name = "slice", omit = OMIT, keep = KEEP)`.',
        '"""',
        "",
        *_list("OMIT", omit, "Globs, as path_policy takes them."),
        "",
        *_list("KEEP", keep, "What they do not mean."),
        "",
        *_list("UNNEEDED", packages, "Packages of which only licence and record would stay."),
    ]
    return "\n".join(lines) + "\n"


def _list(name: str, items: Sequence[str], comment: str) -> list[str]:
    if not items:
        return [f"# {comment}", f"{name} = []"]
    quoted = [f'    "{_escape(item)}",' for item in items]
    return [f"# {comment}", f"{name} = [", *quoted, "]"]


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
