"""The resolver against a real apt: each fills an empty root from the same indexes.

The apt is that of Debian 13, the indexes are a sample of Debian 13's. The exhaustive test takes the
whole indexes of today.
"""

from __future__ import annotations

import functools
import lzma
import os

import pytest

from tests.apt import apt as apt_folder
from tests.apt.apt import Apt, pinned_command
from tests.apt.roots import ARCHITECTURES, CHOICES, ROOTS, SETS
from tools.debian.relation import parse_relation
from tools.lock.manifest import RootPackage
from tools.lock.resolve.candidates import Candidates
from tools.lock.resolve.resolver import resolve
from tools.lock.resolve.roots import UnknownPackageError

SUITES = ("trixie", "trixie-updates", "trixie-security")


def index(suite: str, architecture: str) -> bytes:
    folder = os.path.join(os.path.dirname(os.path.abspath(apt_folder.__file__)), "indexes")
    with open(os.path.join(folder, f"{suite}.{architecture}.xz"), "rb") as file:
        return lzma.decompress(file.read())


@functools.cache
def candidates(architecture: str) -> Candidates:
    found = Candidates(architecture)
    for suite in SUITES:
        found.add_index(index(suite, architecture), "debian", suite)
    return found


@pytest.fixture(scope="module", params=ARCHITECTURES)
def apt(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Apt]:
    """Provide an apt for each architecture, and which it is."""
    if "APT_PROGRAM" not in os.environ:
        pytest.skip("there is no apt: run it with Bazel, //tests/tools:apt_comparison_test")
    architecture = str(request.param)
    apt = Apt(tmp_path_factory.mktemp(architecture), architecture, pinned_command())
    for suite in SUITES:
        apt.add_index(suite, index(suite, architecture))
    return architecture, apt


def ours(root: str, architecture: str) -> set[str]:
    """Return what we choose for one root, or for several with spaces between."""
    roots = [RootPackage(parse_relation(each)) for each in root.split()]
    try:
        resolution = resolve(roots, candidates(architecture))
    except UnknownPackageError:
        return set()
    return {f"{each.name} {each.version}" for each in resolution.packages}


@pytest.mark.parametrize("root", ROOTS)
def test_the_same_packages(root: str, apt: tuple[str, Apt]) -> None:
    architecture, program = apt
    found, expected = ours(root, architecture), program.choose(root)
    more = {each.partition(" ")[0] for each in expected - found}
    assert (found - expected, more) == (set(), CHOICES.get(root, set()))


@pytest.mark.parametrize("roots", SETS)
def test_the_same_packages_for_several_roots(roots: str, apt: tuple[str, Apt]) -> None:
    architecture, program = apt
    found = ours(roots, architecture)
    assert found == program.choose(*roots.split())
    names = {each.partition(" ")[0] for each in found}
    assert not found or names.issuperset(roots.split()), "each root is the package of its name"


@pytest.mark.parametrize("root", CHOICES)
def test_where_there_is_a_choice_ours_is_enough(root: str, apt: tuple[str, Apt]) -> None:
    architecture, program = apt
    found = ours(root, architecture)
    assert program.choose(*(each.replace(" ", "=") for each in found)) == found


def test_what_several_packages_provide_is_refused_by_both(apt: tuple[str, Apt]) -> None:
    architecture, program = apt
    done = program.run("install", "--simulate", "mail-transport-agent")
    assert "is a virtual package provided by" in done.stdout
    with pytest.raises(UnknownPackageError, match="is a virtual package"):
        resolve([RootPackage(parse_relation("mail-transport-agent"))], candidates(architecture))
