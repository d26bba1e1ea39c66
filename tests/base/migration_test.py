"""docs/migration/distroless.md is right: each row of its tables against the facts of the images."""

from __future__ import annotations

import fnmatch
import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.base.facts import Image, read_image

PAGE = Path("docs/migration/distroless.md").read_text(encoding="utf-8")
_TABLE = re.compile(r"^\| what .*\n\|-.*\n((?:\|.*\n)+)", re.MULTILINE)
_NAMED = re.compile(r"^\| `gcr\.io/distroless/(.+):(.+)` \| `@rules_plinth(.+)` \|$", re.MULTILINE)


def _read_images() -> dict[str, Image]:
    path = Path(os.environ["RUNFILES_DIR"], os.environ["IMAGES"])
    images = map(read_image, json.loads(path.read_text(encoding="utf-8")))
    return {image.label.lstrip("@"): image for image in images}


IMAGES = _read_images()
FAMILIES = sorted({re.sub(r".*/|:.*", "", label) for label in IMAGES})


@dataclass(frozen=True)
class Row:
    """A row of the page for one image.

    Attributes:
        label: of the image.
        what: the first column, without the variant.
        googles: what Google's image has.
        plinths: what ours has.
        verdict: the last column.
    """

    label: str
    what: str
    googles: str
    plinths: str
    verdict: str


def _rows() -> Iterator[Row]:
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        table = _TABLE.search(text)
        if not table:
            continue
        names = FAMILIES if heading == "Every image" else heading.replace("-", "_").split(", ")
        for family, line in itertools.product(names, table[1].splitlines()):
            what, googles, plinths, verdict = line.strip("| ").split(" | ")
            what, _, variant = what.partition(" of ")
            yield Row(
                f"//base/{family}:debian13{variant and '_' + variant}",
                _plain(what, family),
                _plain(googles, family),
                _plain(plinths, family),
                verdict,
            )


def _plain(cell: str, family: str) -> str:
    """Return a cell without code marks, and with the release in the image's name for ``N``."""
    release = re.search(r"\d*$", family)
    assert release
    return re.sub(r"\bN\b", release[0], cell.replace("`", ""))


ROWS = list(_rows())
each_row = pytest.mark.parametrize("row", ROWS, ids=[f"{r.label} {r.what}" for r in ROWS])


def _path(image: Image, glob: str) -> str:
    """Return ``file`` where links lead to one, ``directory MODE of USER``, or ``none``."""
    glob = glob.strip("/").replace("amd64", image.architecture)
    if image.file(glob):
        return "file"
    found = fnmatch.filter(image.entries, glob)
    if not found:
        return "none"
    entry = image.entries[found[0]]
    if entry["type"] == "directory":
        return f"directory {entry['mode']:04o} of {entry['uid']}"
    return "file" if image.file(found[0]) else "broken"


def _accounts(image: Image, path: str) -> str:
    lines = image.entries[path]["text"].splitlines()
    return " ".join(":".join(line.split(":")[:3:2]) for line in lines)


FACTS: dict[str, Callable[[Image, str], str]] = {
    "user": lambda image, _: str(image.run_config["User"]),
    "working": lambda image, _: str(image.run_config["WorkingDir"]),
    "entrypoint": lambda image, _: " ".join(image.run_config.get("Entrypoint", ["none"])),
    "command": lambda image, _: " ".join(image.run_config.get("Cmd", ["none"])),
    "variable": lambda image, name: image.environment[name],
    "accounts": lambda image, _: _accounts(image, "etc/passwd"),
    "groups": lambda image, _: _accounts(image, "etc/group"),
    "layers": lambda image, _: str(len(image.layers)),
    "package": lambda image, name: "installed" if name in image.packages else "none",
}
"""What the image has, by the first word of a row; all other rows are paths."""


@each_row
def test_a_row_says_what_the_image_has(row: Row) -> None:
    image = IMAGES[row.label]
    kind, _, name = row.what.partition(" ")
    fact = _path(image, kind) if kind.startswith("/") else FACTS[kind](image, name)
    assert fnmatch.fnmatchcase(fact, row.plinths), fact


@each_row
def test_the_same_is_the_same_and_all_else_has_a_reason(row: Row) -> None:
    verdict, _, reason = row.verdict.partition(": ")
    assert verdict in {"same", "better", "different"}
    assert (verdict == "same") == (row.googles == row.plinths)
    assert reason or verdict == "same"


def test_every_image_has_a_table_of_its_own() -> None:
    assert {row.label.partition(":")[0] for row in ROWS if row.what == "entrypoint"} == {
        f"//base/{family}" for family in FAMILIES
    }


def test_names_follow_the_rule() -> None:
    names = _NAMED.findall(PAGE)
    assert {tag for _, tag, _ in names} == {"latest", "nonroot", "debug", "debug-nonroot"}
    for name, tag, label in names:
        family, _, distribution = name.rpartition("-")
        variant = "" if tag == "latest" else "_" + tag.replace("-", "_")
        assert label == f"//base/{family.replace('-', '_')}:{distribution}{variant}"
        assert label in IMAGES


def test_the_number_of_applets() -> None:
    entries = IMAGES["//base/static:debian13_debug"].entries
    applets = [path for path in entries if path.startswith("busybox/")]
    assert f"busybox has {len(applets) - 1} applets" in PAGE
