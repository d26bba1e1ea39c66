"""What scripts do to the files of other packages, and of layers below."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.tools.configure.configuration_fragment_test import configure, package
from tests.tools.deb_builder import Entry

if TYPE_CHECKING:
    from tests.tools.workbench import Workbench

GAMES, RESTRICTED, PRIVATE = 60, 0o640, 0o700


def test_owners_and_modes_of_all_files_in_a_tree(workbench: Workbench) -> None:
    files = package(workbench, "config", Entry("./etc/x/a/b"), Entry("./etc/x/c"))
    looks = {"kind": "ownership", "path": "/etc/x", "recursive": True}
    other = package(
        workbench,
        "server",
        effects=(
            {**looks, "mode": "640", "only": "file"},
            {**looks, "group": "games", "only": "directory"},
        ),
    )
    made = configure(workbench, files, other)
    found = {path: made.entry(path) for path in made.paths if path.startswith("etc/x")}
    assert {path: (entry["mode"], entry["gid"]) for path, entry in found.items()} == {
        "etc/x": (0o755, GAMES),
        "etc/x/a": (0o755, GAMES),
        "etc/x/a/b": (RESTRICTED, 0),
        "etc/x/c": (RESTRICTED, 0),
    }


def test_a_file_of_another_package_is_removed_and_one_of_a_layer_below_is_reported(
    workbench: Workbench,
) -> None:
    below = package(workbench, "below", Entry("./etc/below"))
    base = workbench.layer(below)
    beside = package(workbench, "beside", Entry("./etc/beside"))
    remover = package(
        workbench,
        "remover",
        effects=tuple({"kind": "remove", "path": f"/etc/{name}"} for name in ("beside", "below")),
    )
    made = configure(workbench, beside, remover, below=(base,)).facts["configuration"]
    assert made["removes"] == ["etc/beside"]
    (lacking,) = made["not_reproduced"]
    assert lacking["text"] == "remove /etc/below"
    assert lacking["reason"].startswith("/etc/below is of a layer below: put both into one layer")


def test_a_copy_and_a_link_go_into_a_directory_of_another_package(workbench: Workbench) -> None:
    there = package(workbench, "there", Entry("./etc/d/x"))
    effects = (
        {"kind": "copy", "source": "/usr/share/y", "path": "/etc/d"},
        {"kind": "symlink", "target": "/usr/share/z", "path": "/etc/d"},
    )
    other = package(workbench, "other", Entry("./usr/share/y", b"y"), effects=effects)
    made = configure(workbench, there, other)
    assert made.content("etc/d/y") == b"y"
    assert made.entry("etc/d/z")["target"] == "/usr/share/z"


def test_a_diverted_file_is_moved(workbench: Workbench) -> None:
    words = package(workbench, "words", Entry("./usr/share/words", b"w"))
    effects = (
        {"kind": "diversion", "path": "/usr/share/words", "to": "/usr/share/words.orig"},
        {"kind": "diversion", "path": "/lib/x", "to": "/x.usr-is-merged"},
        {"kind": "symlink", "path": "/usr/share/words", "target": "other"},
    )
    other = package(workbench, "other", Entry("./usr/lib/x"), effects=effects)
    made = configure(workbench, words, other)
    assert made.content("usr/share/words.orig") == b"w"
    assert made.entry("usr/share/words")["target"] == "other"
    assert made.facts["configuration"]["not_reproduced"] == []
    assert "usr/lib/x" not in made.facts["configuration"]["removes"]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("lower", [False, True])
def test_a_file_in_the_place_of_a_diverted_one(
    workbench: Workbench, order: int, lower: bool
) -> None:
    old = package(workbench, "old", Entry("./usr/bin/tool", b"old", mode=PRIVATE))
    effect = {"kind": "diversion", "path": "/usr/bin/tool", "to": "/usr/bin/tool.old"}
    new = package(workbench, "new", Entry("./usr/bin/tool", b"new"), effects=(effect,))
    below = (workbench.layer(old),) if lower else ()
    packages = [new] if lower else [old, new][::order]
    made = configure(workbench, *packages, below=below)
    assert made.content("usr/bin/tool") == b"new"
    assert made.content("usr/bin/tool.old") == b"old"
    assert made.entry("usr/bin/tool.old")["mode"] == PRIVATE
    assert made.facts["configuration"]["not_reproduced"] == []
    _, facts = workbench.layer(*packages, made, below=tuple(path for _, path in below))
    entries = {entry["path"]: entry for entry in json.loads(facts.read_text())["entries"]}
    assert entries["usr/bin/tool"]["sha256"] == hashlib.sha256(b"new").hexdigest()


@pytest.mark.parametrize(("version", "taken"), [("2", True), ("1", False)])
def test_a_file_in_the_place_of_a_replaced_one(
    workbench: Workbench, version: str, taken: bool
) -> None:
    old = package(workbench, "old", Entry("./usr/bin/tool", b"old"))
    new = package(
        workbench, "new", Entry("./usr/bin/tool", b"new"), fields=f"Replaces: old (<< {version})\n"
    )
    made = configure(workbench, new, old)
    assert ("usr/bin/tool" in made.paths) is taken


def test_a_copy_whose_content_is_known_needs_no_package_unpacked(workbench: Workbench) -> None:
    source = Entry("./usr/share/tool/default", b"a = 1\n")
    copy = {"kind": "copy", "source": "/usr/share/tool/default", "path": "/etc/tool"}
    tool = package(workbench, "tool", source, effects=({**copy, "content": "a = 1\n"},))
    tool.segment.write_bytes(b"not unpacked")
    assert configure(workbench, tool).content("etc/tool") == b"a = 1\n"


def test_an_owner_without_an_account_is_reported(workbench: Workbench) -> None:
    files = package(workbench, "config", Entry("./etc/x"))
    effect = {"kind": "ownership", "path": "/etc/x", "user": "ghost"}
    made = configure(workbench, files, package(workbench, "server", effects=(effect,)))
    (lacking,) = made.facts["configuration"]["not_reproduced"]
    assert lacking["reason"] == "there is no user 'ghost'"
