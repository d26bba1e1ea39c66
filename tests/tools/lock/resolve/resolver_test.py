"""Which packages are chosen, and what is said when none can be."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.debian.relation import parse_relation
from tools.lock.manifest import RootPackage
from tools.lock.resolve.candidates import Candidates
from tools.lock.resolve.conflict import UnsatisfiableError
from tools.lock.resolve.resolver import Resolution, resolve
from tools.lock.resolve.roots import UnknownPackageError


def universe(*indexes: str, architecture: str = "amd64") -> Candidates:
    """Candidates from shorthand: lines of ``name version; Field: value; …``."""
    candidates = Candidates(architecture)
    for number, index in enumerate(indexes):
        stanzas = []
        for line in filter(None, map(str.strip, index.splitlines())):
            head, *fields = line.split(";")
            name, version = head.split()
            lines = [f"Package: {name}", f"Version: {version}", *map(str.strip, fields)]
            if not any(each.startswith("Architecture:") for each in lines):
                lines.append("Architecture: all")
            stanzas.append("\n".join(lines))
        candidates.add_index("\n\n".join(stanzas).encode(), "tiny", f"suite{number}")
    return candidates


def choose(candidates: Candidates, *roots: str, omit: str = "") -> Resolution:
    parsed = []
    for root in roots:
        name, slash, suite = root.partition("/")
        parsed.append(RootPackage(parse_relation(name), suite if slash else ""))
    return resolve(parsed, candidates, omit=frozenset(omit.split()))


def names(resolution: Resolution) -> str:
    return " ".join(each.name for each in resolution.packages)


def test_dependencies_of_dependencies() -> None:
    found = choose(
        universe("a 1; Depends: b (>= 2); Pre-Depends: c\nb 2; Depends: d\nc 1\nd 1\ne 1"), "a"
    )
    assert names(found) == "a b c d"
    assert found.depends == {"a": {"b": "b (>= 2)", "c": "c"}, "b": {"d": "d"}, "c": {}, "d": {}}


def test_recommends_and_essential_packages_are_not_pulled_in() -> None:
    assert names(choose(universe("a 1; Recommends: b\nb 1\nc 1; Essential: yes"), "a")) == "a"


def test_circles_are_no_problem() -> None:
    assert names(choose(universe("a 1; Depends: b\nb 1; Depends: a"), "a")) == "a b"


def test_the_first_alternative_is_taken() -> None:
    assert names(choose(universe("a 1; Depends: b | c\nb 1\nc 1"), "a")) == "a b"


def test_an_alternative_that_is_there_anyway_is_enough() -> None:
    index = "a 1; Depends: b | c\nb 1\nc 1\nd 1; Depends: c"
    assert names(choose(universe(index), "a", "d")) == "a c d"


def test_a_real_package_comes_before_one_that_provides_its_name() -> None:
    assert names(choose(universe("a 1; Depends: b\nab 1; Provides: b\nb 1"), "a")) == "a b"


@pytest.mark.parametrize("roots", list(itertools.permutations(("b", "ab", "c"))))
def test_a_root_is_the_package_of_its_name_whoever_else_provides_that(
    roots: tuple[str, ...],
) -> None:
    index = "ab 1; Provides: b, c\nb 1; Depends: d\nc 1\nd 1"
    assert names(choose(universe(index), *roots)) == "ab b c d"


def test_a_root_in_a_version_that_only_a_provider_has_is_refused() -> None:
    candidates = universe("ab 1; Provides: b (= 2)\nb 1")
    with pytest.raises(UnknownPackageError, match="b is there only in other versions"):
        choose(candidates, "b (= 2)")


def test_a_real_root_and_a_provider_that_conflicts_with_it_is_an_error() -> None:
    candidates = universe("ab 1; Provides: b; Conflicts: b\nb 1")
    with pytest.raises(UnsatisfiableError, match="conflicts with b"):
        choose(candidates, "b", "ab")


def test_among_providers_priority_decides_then_the_name() -> None:
    index = (
        "a 1; Depends: v\np1 1; Provides: v; Priority: optional\n"
        "p2 1; Provides: v; Priority: required\np0 1; Provides: v; Priority: optional"
    )
    assert names(choose(universe(index), "a")) == "a p2"


@pytest.mark.parametrize(
    ("relation", "provided", "fits"),
    [
        ("v", "v", True),
        ("v", "v (= 1)", True),
        ("v (>= 1)", "v (= 1)", True),
        ("v (>= 2)", "v (= 1)", False),
        ("v (>= 1)", "v", False),
        ("v:any", "v", False),
        ("v:any", "v:any", True),
    ],
)
def test_versioned_relations_need_versioned_provides(
    relation: str, provided: str, fits: bool
) -> None:
    candidates = universe(f"a 1; Depends: {relation}\np 1; Provides: {provided}")
    if fits:
        assert names(choose(candidates, "a")) == "a p"
    else:
        with pytest.raises(UnsatisfiableError):
            choose(candidates, "a")


@pytest.mark.parametrize(
    ("relation", "multi_arch", "fits"),
    [
        ("b:any", "allowed", True),
        ("b:any", "foreign", False),
        ("b:any", "no", False),
        ("b:native", "no", True),
        ("b:amd64", "same", True),
        ("b:arm64", "same", False),
    ],
)
def test_architecture_qualifiers(relation: str, multi_arch: str, fits: bool) -> None:
    candidates = universe(
        f"a 1; Depends: {relation}\nb 1; Architecture: amd64; Multi-Arch: {multi_arch}"
    )
    if fits:
        assert names(choose(candidates, "a")) == "a b"
    else:
        with pytest.raises(UnsatisfiableError):
            choose(candidates, "a")


def test_packages_of_other_architectures_are_not_seen() -> None:
    index = "a 2; Architecture: arm64\na 1; Architecture: amd64"
    assert str(choose(universe(index), "a").packages[0].version) == "1"


def test_the_highest_version_of_all_suites_wins() -> None:
    found = choose(universe("a 1.10\nb 1", "a 1.9\nb 2~rc1\nb 2"), "a", "b")
    assert [str(each) for each in found.packages] == ["a 1.10", "b 2"]
    assert found.held_back == ()


def test_among_equal_versions_the_first_suite_wins() -> None:
    assert choose(universe("a 1", "a 1"), "a").packages[0].suite == "suite0"


def test_a_pinned_version_and_a_pinned_suite() -> None:
    candidates = universe("a 1; Depends: b (= 1)\nb 1", "a 2; Depends: b (= 2)\nb 2")
    for root in ("a (= 1)", "a/suite0"):
        assert [str(each) for each in choose(candidates, root).packages] == ["a 1", "b 1"]


def test_what_a_pin_holds_back_is_told() -> None:
    candidates = universe("a 1; Depends: b (= 1)\nb 1", "b 2")
    assert [(str(one), str(other)) for one, other in choose(candidates, "a").held_back] == [
        ("b 1", "b 2")
    ]


def test_a_root_for_one_architecture_only() -> None:
    assert names(choose(universe("a 1\nb 1"), "a", "b [arm64]")) == "a"


def test_a_choice_that_fails_is_taken_back() -> None:
    index = "a 1; Depends: b | c\nb 1; Depends: nothing\nc 1"
    assert names(choose(universe(index), "a")) == "a c"


def test_a_choice_that_others_forbid_is_not_made() -> None:
    index = "a 1; Depends: b | c, d\nb 1\nc 1\nd 1; Conflicts: b"
    assert names(choose(universe(index), "a")) == "a c d"


def test_a_choice_is_taken_back_when_a_later_one_fails_because_of_it() -> None:
    index = (
        "a 1; Depends: x1 | x2, y1 | y2\n"
        "x1 1; Conflicts: z\nx2 1\ny1 1; Depends: z\ny2 1; Depends: z\nz 1"
    )
    assert names(choose(universe(index), "a")) == "a x2 y1 z"


def test_a_package_may_conflict_with_the_name_it_provides() -> None:
    index = "m1 1; Provides: mta; Conflicts: mta\nm2 1; Provides: mta; Conflicts: mta"
    assert names(choose(universe(index), "m1")) == "m1"
    with pytest.raises(UnsatisfiableError, match="conflicts with mta"):
        choose(universe(index), "m1", "m2")


def test_breaks_count_only_for_the_versions_they_name() -> None:
    assert names(choose(universe("a 1; Breaks: b (<< 2)\nb 2"), "a", "b")) == "a b"
    with pytest.raises(UnsatisfiableError, match=r"a 1 breaks b \(<< 2\), and"):
        choose(universe("a 1; Breaks: b (<< 2)\nb 1"), "a", "b")


def test_an_older_version_is_taken_if_the_newest_cannot_be() -> None:
    found = choose(universe("a 1", "a 2; Depends: nothing"), "a")
    assert str(found.packages[0]) == "a 1"
    assert len(found.held_back) == 1


@pytest.mark.parametrize(
    ("relation", "omit"),
    [("b", "b"), ("b | p", "b"), ("v", "v"), ("v", "p"), ("gone", "gone"), ("gone | b", "b")],
)
def test_what_is_omitted_is_recorded_with_who_wanted_it(relation: str, omit: str) -> None:
    index = f"a 1; Depends: {relation}, c\nb 1\nc 1\np 1; Provides: v\nq 1; Provides: v"
    found = choose(universe(index), "a", omit=omit)
    assert names(found) == "a c"
    assert found.omitted == {omit: ("a",)}


def test_an_omitted_package_does_not_displace_one_that_is_there() -> None:
    index = "a 1; Depends: b | c\nb 1\nc 1"
    found = choose(universe(index), "a", "c", omit="b")
    assert names(found) == "a c"
    assert found.omitted == {}
    assert found.depends["a"] == {"c": "b | c"}


def test_the_order_of_roots_does_not_matter() -> None:
    candidates = "a 1; Depends: x | y\nb 1; Depends: y | x\nx 1\ny 1"
    results = {
        names(choose(universe(candidates), *roots)) for roots in itertools.permutations("ab")
    }
    assert len(results) == 1


def test_an_unmet_dependency_names_who_wants_it_and_the_way_there() -> None:
    with pytest.raises(UnsatisfiableError) as caught:
        choose(universe("app 1; Depends: mid\nmid 2; Depends: leaf (>= 3)\nleaf 1"), "app")
    assert str(caught.value) == (
        "amd64: mid 2 needs leaf (>= 3), and no archive has that\n"
        "    there is: leaf 1 (tiny suite0)\n"
        "    wanted by: manifest → app → mid → leaf (>= 3)\n"
        "  Add the suite or archive that has it; or, if only maintainer scripts need it, name it "
        "under omit:."
    )


def test_a_conflict_names_both_sides_and_how_they_came() -> None:
    with pytest.raises(UnsatisfiableError) as caught:
        choose(universe("a 1; Depends: x\nb 1; Depends: y\nx 1; Conflicts: y\ny 1"), "a", "b")
    message = str(caught.value)
    assert "x 1 conflicts with y, and x 1 is already chosen" in message
    assert "chosen for: manifest → a → x" in message
    assert "wanted by: manifest → b → y" in message


def test_two_versions_of_one_package_are_a_conflict() -> None:
    candidates = universe("a 1; Depends: c (= 1)\nb 1; Depends: c (= 2)\nc 1\nc 2")
    with pytest.raises(UnsatisfiableError, match="c 2 will not do, 1 is already chosen"):
        choose(candidates, "a", "b")


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ("pyhton3", 'Did you mean "python3"?'),
        ("libssl3", 'Did you mean "libssl3t64"?'),
        ("python3 (= 9)", "There are: 1 (tiny suite0)."),
        ("python3/bookworm", "There are: 1 (tiny suite0)."),
        ("mta", "Name one of them: exim, postfix."),
        ("zzz", "Check the name"),
    ],
)
def test_roots_that_cannot_be_had(root: str, message: str) -> None:
    index = "python3 1\nlibssl3t64 1\nexim 1; Provides: mta\npostfix 1; Provides: mta"
    with pytest.raises(UnknownPackageError) as caught:
        choose(universe(index), root)
    assert message in str(caught.value)


def test_all_unknown_roots_are_told_at_once() -> None:
    with pytest.raises(UnknownPackageError) as caught:
        choose(universe("a 1"), "b", "c")
    assert set(caught.value.problems) == {"b", "c"}


def test_a_virtual_root_with_one_provider_stands_for_it() -> None:
    chosen = choose(universe("p 1; Provides: v\nq 1; Provides: p"), "v", "q")
    assert names(chosen) == "p q"
    assert chosen.provided == {"v": "p"}


NAMES = "abcde"
relations = st.builds(
    "{}{}".format, st.sampled_from(NAMES), st.sampled_from(["", " (= 1)", " (= 2)"])
)
groups = st.lists(relations, min_size=1, max_size=2).map(" | ".join)
stanzas = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from("12"),
    st.lists(groups, max_size=3).map(", ".join),
    st.lists(relations, max_size=1).map(", ".join),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(stanzas, min_size=1, max_size=9, unique_by=lambda each: each[:2]))
def test_a_solution_is_found_exactly_when_there_is_one(
    packages: list[tuple[str, str, str, str]],
) -> None:
    index = "\n".join(
        f"{name} {version}; Depends: {depends}; Conflicts: {conflicts}"
        for name, version, depends, conflicts in packages
    )
    candidates = universe(index)
    root = packages[0][0]
    everything = [each for name in NAMES for each in candidates.named(name)]
    possible = any(
        _is_solution(subset, root)
        for size in range(1, len(everything) + 1)
        for subset in map(list, itertools.combinations(everything, size))
    )
    try:
        found = list(choose(candidates, root).packages)
    except UnsatisfiableError:
        assert not possible
    else:
        assert _is_solution(found, root)


def _is_solution(packages: list, root: str) -> bool:  # type: ignore[type-arg]
    return (
        len({each.name for each in packages}) == len(packages)
        and any(each.name == root for each in packages)
        and all(
            any(each.satisfies(relation, "amd64") for each in packages for relation in group)
            for package in packages
            for group in package.depends
        )
        and not any(
            other.name != package.name and other.is_hit_by(relation)
            for package in packages
            for _, relation in package.excludes
            for other in packages
        )
    )
