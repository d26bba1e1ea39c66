"""Imports of the tools point one way: a room knows only the rooms before it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.python.archives import ARCHIVES

# CONTRIBUTING.md has the same map, with what each room knows.
ROOMS: Mapping[str, list[str]] = ast.literal_eval(
    Path("tools/rooms.bzl").read_text(encoding="utf-8").partition("ROOMS = ")[2]
)


def imports(path: Path) -> set[str]:
    """Return the rooms that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("tools.")}
    # What every error is belongs to no room.
    return found - {"errors"}


def arrows() -> dict[str, set[str]]:
    """Return what each room imports from others."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in Path("tools").glob("*/**/*.py"):
        room = path.parts[1]
        found[room] |= imports(path) - {room}
    return found


ARROWS = arrows()


@pytest.mark.parametrize("room", sorted(ARROWS))
def test_a_room_imports_what_the_map_says(room: str) -> None:
    assert room in ROOMS, (
        "a new room: say in tools/rooms.bzl what it may know, and in CONTRIBUTING.md what it does"
    )
    # Nor less: whatever depends on a room depends on all that the map says it imports.
    assert ARROWS[room] == set(ROOMS[room])


@pytest.mark.parametrize("tree", ["base", "docs", "tests", "tools"])
def test_nothing_imports_from_a_program(tree: str) -> None:
    for path in Path(tree).glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").endswith("__main__"), path


def test_there_is_no_way_back() -> None:
    reached: set[str] = set()
    while fresh := {room for room in ROOMS if reached.issuperset(ROOMS[room])} - reached:
        reached |= fresh
    assert reached == set(ROOMS)


@pytest.mark.parametrize("archive", ARCHIVES)
def test_an_archive_has_what_its_rooms_import(archive: str) -> None:
    rooms = {place for place in ARCHIVES[archive] if "." not in place}
    assert rooms.issuperset(known for room in rooms for known in ROOMS[room])


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_has_a_door_plate(room: str) -> None:
    text = Path("CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"`tools/{room}/`" in text


def test_a_class_name_means_one_thing() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in Path("tools").glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(str(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
