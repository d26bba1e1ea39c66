"""Indexes as packages to choose from."""

from __future__ import annotations

from tools.debian.relation import parse_relations
from tools.lock.resolve.candidates import Candidates


def candidates(*indexes: bytes, priorities: tuple[int, ...] = ()) -> Candidates:
    found = Candidates("amd64")
    for number, index in enumerate(indexes):
        priority = priorities[number] if priorities else 500
        found.add_index(index, "tiny", f"suite{number}", priority)
    return found


def test_an_index_written_by_hand() -> None:
    index = b"version: 1.0\npackage: odd\narchitecture: all\nprovides: strange\nsha256: ab\n"
    [odd] = candidates(index).named("odd")
    assert (str(odd), odd.field("SHA256")) == ("odd 1.0", "ab")
    assert candidates(index).providing("strange")[0].name == "odd"


def test_several_versions_in_one_index() -> None:
    index = b"\n\n".join(
        b"Package: a\nVersion: %s\nArchitecture: all" % version for version in (b"1", b"3", b"2")
    )
    assert [str(each.version) for each in candidates(index).named("a")] == ["3", "2", "1"]


def test_the_priority_of_a_suite_comes_before_the_version() -> None:
    old = b"Package: a\nVersion: 1\nArchitecture: all"
    new = b"Package: a\nVersion: 2~bpo\nArchitecture: all"
    found = candidates(old, new, priorities=(500, 100))
    assert [str(each.version) for each in found.named("a")] == ["1", "2~bpo"]


def test_options_of_a_group_in_order_of_preference() -> None:
    index = (
        b"Package: p\nVersion: 1\nArchitecture: all\nProvides: b\n\n"
        b"Package: b\nVersion: 1\nArchitecture: all\n\n"
        b"Package: b\nVersion: 2\nArchitecture: all\n\n"
        b"Package: a\nVersion: 1\nArchitecture: all"
    )
    [group] = parse_relations("b | a")
    found = candidates(index).options(group)
    # Versions that apt would not choose by itself come after all that it would.
    assert [str(each) for each in found] == ["b 2", "p 1", "a 1", "b 1"]


def test_names_that_are_known() -> None:
    found = candidates(b"Package: p\nVersion: 1\nArchitecture: all\nProvides: v (= 1), w\n")
    assert [found.knows(name) for name in ("p", "v", "w", "x")] == [True, True, True, False]
    assert set(found.names()) == {"p", "v", "w"}
