"""Debian Policy §5.6.12, as examples and as the laws of an order."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.debian_program import debian_program
from tools.debian.version import Version
from tools.errors import FormatError

ASCENDING = [
    "0~~",
    "0~~a",
    "0~",
    "0",
    "0a",
    "0+",
    "1.0~beta1~svn1245",
    "1.0~beta1",
    "1.0",
    "1.0-0ubuntu1",
    "1.0-1~bpo12+1",
    "1.0-1",
    "1.0-1+b1",
    "1.0-1+deb13u1",
    "1.0-1.1",
    "1.0.1",
    "1.9",
    "1.10",
    "2.41-12+deb13u3",
    "2.41-12+deb13u20",
    "2026f-0+deb13u1",
    "1:0.1",
    "1:1.3.dfsg+really1.3.1-1",
    "2:0",
]

parts = st.text("0123456789abzAZ.+~", min_size=1, max_size=8)
versions = st.builds(
    lambda epoch, upstream, revision: Version(epoch + upstream + revision),
    st.sampled_from(["", "0:", "1:", "12:"]),
    st.builds("{}{}".format, st.integers(0, 30), parts),
    st.one_of(st.just(""), st.builds("-{}".format, parts)),
)


def test_the_examples_ascend() -> None:
    ordered = [Version(text) for text in ASCENDING]
    for position, smaller in enumerate(ordered):
        for greater in ordered[position + 1 :]:
            assert smaller < greater
            assert greater > smaller
            assert smaller != greater


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0", "0:1.0"),
        ("1.0", "1.0-0"),
        ("1.00", "1.0"),
        ("1.", "1.0"),
        ("1.02-003", "1.2-3"),
    ],
)
def test_different_texts_can_be_one_version(one: str, other: str) -> None:
    assert Version(one) == Version(other)
    assert hash(Version(one)) == hash(Version(other))


def test_the_parts_of_a_version() -> None:
    version = Version("2:1.0-rc1-3+b2")
    assert (version.epoch, version.upstream, version.revision) == (2, "1.0-rc1", "3+b2")
    assert str(version) == "2:1.0-rc1-3+b2"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("a:1", "epoch"),
        (":1", "epoch"),
        ("1_0", "'_'"),
        ("1.0-", "revision is empty"),
        ("-1", "upstream version is empty"),
        ("1 0", "' '"),
        ("1.0-ü", "'ü'"),
    ],
)
def test_what_is_no_version_is_named(text: str, problem: str) -> None:
    with pytest.raises(FormatError) as caught:
        Version(text)
    assert problem in str(caught.value)
    assert f'"{text}"' in str(caught.value)


@given(versions, versions)
def test_exactly_one_of_smaller_equal_greater(one: Version, other: Version) -> None:
    assert [one < other, one == other, one > other].count(True) == 1


@given(versions, versions, versions)
def test_the_order_is_transitive(one: Version, two: Version, three: Version) -> None:
    low, middle, high = sorted([one, two, three])
    assert low <= middle <= high
    assert low <= high


@given(versions, versions)
def test_equal_versions_hash_alike(one: Version, other: Version) -> None:
    assert one != other or hash(one) == hash(other)


@given(versions)
def test_a_tilde_comes_before_the_end(version: Version) -> None:
    assert Version(f"{version}~") < version


def test_dpkg_agrees() -> None:
    dpkg = debian_program("dpkg")
    sample = [*ASCENDING, "1.0-0", "0:1.0", "1.", "1.00", "1.0~", "1~1", "1+a", "1a+"]
    for one in sample[::5]:
        for other in sample:
            ours = "lt" if Version(one) < Version(other) else "ge"
            command = [*dpkg, "--compare-versions", one, ours, other]
            agrees = subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
            assert agrees.returncode == 0, f"{one} {ours} {other}"
