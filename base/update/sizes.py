"""Tables of image sizes in documents: blocks that name what they measure.

<!-- sizes: //base/static:debian13 //base/base:debian13 -->
| image | MB compressed | …
<!-- end of sizes -->
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.errors import PlinthError
from tools.layer.facts import read_facts

_BLOCK = re.compile(
    r"(?P<start><!-- sizes:(?P<targets>[^>]*)-->\n)(?P<table>.*?)(?P<end><!-- end of sizes -->)",
    re.DOTALL,
)
_ROW = re.compile(r"^\| \[`(?P<name>[^`]+)`\]\([^)]*\) \| (?P<compressed>[0-9.]+) \|", re.MULTILINE)
_HEADER = """\
| image | MB compressed | MB on disk | Debian packages | files | layers |
|---|---|---|---|---|---|
"""


class SizesError(PlinthError):
    """Images cannot be measured."""


@dataclass(frozen=True, slots=True)
class Size:
    """What an image weighs.

    Attributes:
        compressed: bytes of all its layers.
        unpacked: bytes of their tar archives.
        packages: of Debian.
        wheels: of the Python package index.
        files: regular files and links.
        layers: how many.
    """

    compressed: int
    unpacked: int
    packages: int
    wheels: int
    files: int
    layers: int

    def row(self, target: str, directory: str) -> str:
        """Return a line of the table, in a document in ``directory``."""
        package = target.partition(":")[0].removeprefix("//")
        link = os.path.relpath(package, directory or ".")
        wheels = f" + {self.wheels} wheels" if self.wheels else ""
        return (
            f"| [`{shown(target)}`]({link}) | {megabytes(self.compressed)} "
            f"| {megabytes(self.unpacked)} | {self.packages}{wheels} "
            f"| {self.files} | {self.layers} |\n"
        )


def megabytes(size: int) -> str:
    """Millions of bytes, with one digit."""
    return f"{size / 1e6:.1f}"


def shown(target: str) -> str:
    """Return what a table calls a target: its package, if that is enough for a reader."""
    package, _, name = target.partition(":")
    return package if name in {"debian13", "image", ""} else target


def targets_of(documents: Iterable[str]) -> list[str]:
    """Return the targets that the blocks of some texts name."""
    found = [match["targets"].split() for text in documents for match in _BLOCK.finditer(text)]
    return list(dict.fromkeys(target for targets in found for target in targets))


def stated(text: str) -> dict[str, str]:
    """Return what the tables of a document say now: compressed megabytes by shown name."""
    return {
        row["name"]: row["compressed"]
        for block in _BLOCK.finditer(text)
        for row in _ROW.finditer(block["table"])
    }


def rewrite(text: str, sizes: Mapping[str, Size], directory: str) -> str:
    """Return the document with new tables."""

    def table(block: re.Match[str]) -> str:
        rows = [sizes[target].row(target, directory) for target in block["targets"].split()]
        return block["start"] + _HEADER + "".join(rows) + block["end"]

    return _BLOCK.sub(table, text)


def measure(workspace: str, bazel: str, targets: Sequence[str]) -> dict[str, Size]:
    """Build images and add up what the facts of their layers say.

    Raises:
        SizesError: an image does not build.
    """
    options = ["--noshow_progress", "--ui_event_filters=-info"]
    _run(workspace, [bazel, "build", *options, "--output_groups=facts", *targets])
    expression = (
        "'\\n'.join([str(target.label) + ' ' + file.path"
        " for file in target.output_groups.facts.to_list()])"
    )
    told = _run(
        workspace,
        [
            bazel,
            "cquery",
            *options,
            f"set({' '.join(targets)})",
            "--output=starlark",
            f"--starlark:expr={expression}",
        ],
    )
    paths: dict[str, list[str]] = {}
    for line in told.splitlines():
        label, _, path = line.partition(" ")
        if path.endswith(".layer.json"):
            paths.setdefault(label.lstrip("@"), []).append(os.path.join(workspace, path))
    missing = [target for target in targets if target not in paths]
    if missing:
        raise SizesError(f"{missing[0]}: not an image: it has no list of layers")
    return {target: _add_up(paths[target]) for target in targets}


def _add_up(paths: Sequence[str]) -> Size:
    layers = [read_facts(path) for path in paths]
    entries = {
        entry["path"]: entry
        for layer in layers
        for entry in layer["entries"]
        if entry["type"] != "directory"
    }
    described = [entry["component"] for entry in entries.values() if "component" in entry]
    return Size(
        compressed=sum(layer["size"] for layer in layers),
        unpacked=sum(layer["uncompressed_size"] for layer in layers),
        packages=sum(len(layer["packages"]) for layer in layers),
        wheels=sum(each["type"] == "pypi" for each in described),
        files=len(entries),
        layers=len(layers),
    )


def _run(workspace: str, command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=workspace, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SizesError(f"{' '.join(command[:2])}: the images do not build\n{done.stderr.strip()}")
    return done.stdout
