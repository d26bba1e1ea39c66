"""The list of dictionaries that dictdconfig makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tools.configure.catalogs_test import command, made
from tests.tools.configure.configuration_fragment_test import package
from tests.tools.deb_builder import Entry

if TYPE_CHECKING:
    from tests.tools.workbench import Fragment, Workbench

LIST, BELOW = "var/lib/dictd/db.list", "usr/share/dictd"


def _server(workbench: Workbench, *entries: Entry) -> Fragment:
    return package(
        workbench,
        "dictd",
        Entry("usr/sbin/dictdconfig", b"#!/usr/bin/perl\n", mode=0o755),
        *entries,
        effects=(command("dictdconfig", "-w"),),
    )


def _dictionaries(workbench: Workbench) -> Fragment:
    ends = {"zz": ("index", "dict"), "wn": ("index", "dict.dz", "word"), "aa": ("index",)}
    return package(
        workbench,
        "dict-x",
        *(Entry(f"{BELOW}/{name}.{end}", b"") for name in ends for end in ends[name]),
        effects=(command("dictdconfig", "--write"),),
    )


def _databases(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_known_dictionaries_come_first_and_incomplete_ones_are_left_out(
    workbench: Workbench,
) -> None:
    text = made(workbench, _server(workbench), _dictionaries(workbench), effect="dictd")[LIST]
    assert _databases(text) == [
        "database wn {",
        f"  data  /{BELOW}/wn.dict.dz",
        f"  index /{BELOW}/wn.index",
        f"  index_word /{BELOW}/wn.word",
        "}",
        "database zz {",
        f"  data  /{BELOW}/zz.dict",
        f"  index /{BELOW}/zz.index",
        "}",
    ]
    assert "not found" in text


def test_a_file_says_the_order(workbench: Workbench) -> None:
    order = Entry("etc/dictd/dictd.order", b"zz # first\ndatabase_exit /usr/share/dictd/\n")
    text = made(workbench, _server(workbench, order), _dictionaries(workbench), effect="dictd")[
        LIST
    ]
    assert [line for line in _databases(text) if line.startswith("database")] == [
        "database zz {",
        "database_exit",
        "database wn {",
    ]
    assert "not found" not in text


def test_a_server_without_dictionaries_starts(workbench: Workbench) -> None:
    text = made(workbench, _server(workbench), effect="dictd")[LIST]
    assert _databases(text) == ["database dummy {", "  data  /dev/null", "  index /dev/null", "}"]


def test_dictionaries_without_a_server_need_no_list(workbench: Workbench) -> None:
    assert LIST not in made(workbench, _dictionaries(workbench), effect="dictd")
