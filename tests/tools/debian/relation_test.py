"""Debian Policy §7.1: the syntax of relations, and what they accept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.debian.relation import (
    Relation,
    architecture_matches,
    format_group,
    parse_relation,
    parse_relations,
)
from tools.debian.version import Version
from tools.errors import FormatError


def test_groups_alternatives_and_versions() -> None:
    groups = parse_relations("libc6 (>= 2.38), media-types | mime-support,\n python3:any (<< 3.14)")
    assert groups == (
        (Relation("libc6", operator=">=", version="2.38"),),
        (Relation("media-types"), Relation("mime-support")),
        (Relation("python3", qualifier="any", operator="<<", version="3.14"),),
    )


def test_nothing_and_trailing_commas() -> None:
    assert parse_relations("") == ()
    assert parse_relations(" a, b, ") == ((Relation("a"),), (Relation("b"),))


def test_spaces_do_not_matter() -> None:
    assert parse_relation("  foo(>=1.0)[amd64]") == parse_relation("foo ( >= 1.0 ) [ amd64 ]")


def test_obsolete_operators_mean_the_inclusive_ones() -> None:
    assert parse_relation("foo (< 1)").operator == "<="
    assert parse_relation("foo (> 1)").operator == ">="


@pytest.mark.parametrize(
    ("operator", "accepted"),
    [("<<", "0"), ("<=", "0 1"), ("=", "1"), (">=", "1 2"), (">>", "2")],
)
def test_operators(operator: str, accepted: str) -> None:
    relation = parse_relation(f"foo ({operator} 1)")
    assert [each for each in "012" if relation.accepts(Version(each))] == accepted.split()


def test_restrictions_to_architectures() -> None:
    assert parse_relation("foo [amd64 arm64]").applies_to("arm64")
    assert not parse_relation("foo [amd64 arm64]").applies_to("s390x")
    assert not parse_relation("foo [!amd64]").applies_to("amd64")
    assert parse_relation("foo [!amd64 !i386]").applies_to("arm64")
    assert parse_relation("foo").applies_to("riscv64")
    assert architecture_matches("linux-any", "s390x")
    assert architecture_matches("any-amd64", "amd64")
    assert not architecture_matches("hurd-any", "amd64")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a, , b", "nothing between two separators"),
        ("a | | b", "nothing between two separators"),
        ("foo (>= 1.0", "bracket"),
        ("foo (~> 1.0)", "OPERATOR"),
        ("foo (1.0)", "OPERATOR"),
        ("foo <!nocheck>", "build profiles"),
        ("(>= 1)", "package name"),
        ("foo bar", "expected NAME"),
        ("foo [amd64 !i386]", "mixes"),
        ("foo (>= 1_0)", "'_'"),
    ],
)
def test_errors_name_the_offending_text(text: str, problem: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_relations(text)
    assert problem in str(caught.value)
    assert caught.value.text in text


names = st.builds("a{}".format, st.text("abz019+.-", min_size=1, max_size=10))
relations = st.builds(
    lambda name, qualifier, bound, architectures: Relation(
        name, qualifier, bound[0], bound[1], architectures
    ),
    names,
    st.sampled_from(["", "any", "native", "amd64"]),
    st.one_of(
        st.just(("", "")),
        st.tuples(
            st.sampled_from(["<<", "<=", "=", ">=", ">>"]), st.sampled_from(["1", "1:2-3~a"])
        ),
    ),
    st.sampled_from([(), ("amd64",), ("!amd64", "!linux-any")]),
)


@given(st.lists(st.lists(relations, min_size=1, max_size=3).map(tuple), max_size=4))
def test_what_is_written_is_read_back(groups: list[tuple[Relation, ...]]) -> None:
    assert parse_relations(", ".join(map(format_group, groups))) == tuple(groups)
