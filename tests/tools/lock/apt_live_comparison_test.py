"""The resolver against the host's apt, on the whole indexes of Debian 13 as it is now.

It needs apt-get and a Debian mirror, so it runs on request only::

    ./bazelw test --config=exhaustive //tests/tools:apt_live_comparison_test
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.apt.apt import Apt
from tests.apt.roots import ARCHITECTURES, CHOICES, ROOTS
from tests.apt.sample import ARCHIVES
from tools import lock
from tools.debian.relation import parse_relation
from tools.errors import PlinthError
from tools.fetch.cache import Cache, cache_directory
from tools.fetch.download import Downloader, FetchError
from tools.fetch.mirror import base_urls
from tools.lock.fetch_indexes import Surroundings, read_all
from tools.lock.manifest import Manifest, RootPackage
from tools.lock.resolve.candidates import Candidates
from tools.lock.resolve.resolver import resolve


@pytest.fixture(scope="module")
def ours() -> dict[str, dict[str, set[str]]]:
    """Provide what we choose, by architecture and root; an empty set if nothing can be chosen."""
    surroundings = Surroundings(
        Downloader(rounds=1),
        os.environ,
        "/etc/apt",
        datetime.now(UTC),
        cache=Cache(cache_directory(os.environ)),
    )
    manifest = Manifest("/", ARCHIVES, ARCHITECTURES, (), frozenset())

    def work(candidates: Candidates, _: Sequence[RootPackage]) -> dict[str, set[str]]:
        return {root: choose(candidates, root) for root in ROOTS}

    try:
        return dict(read_all(manifest, surroundings, work).results)
    except FetchError as error:
        pytest.skip(f"no mirror is within reach: {error}")


def choose(candidates: Candidates, root: str) -> set[str]:
    try:
        resolution = resolve([RootPackage(parse_relation(root))], candidates)
    except PlinthError:
        return set()
    return {f"{each.name} {each.version}" for each in resolution.packages}


@pytest.fixture(scope="module", params=ARCHITECTURES)
def apt(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Apt]:
    """Provide an apt for each architecture, and which it is."""
    if not shutil.which("apt-get"):
        pytest.skip("there is no apt-get here")
    architecture = str(request.param)
    apt = Apt(tmp_path_factory.mktemp(architecture), architecture)
    keys = os.path.join(os.path.dirname(os.path.abspath(lock.__file__)), "keys")
    for archive in ARCHIVES:
        base = base_urls(archive.name, configured=(), stamp=None, environment=os.environ)[0]
        for suite in archive.suites:
            apt.add_source(f"deb [signed-by={keys}/{archive.keys[0]}.asc] {base} {suite} main")
    done = apt.run("update")
    if done.returncode or "Err:" in done.stdout:
        pytest.skip(f"apt-get update: {done.stderr or done.stdout}")
    return architecture, apt


@pytest.mark.parametrize("root", ROOTS)
def test_the_same_packages(
    root: str, ours: dict[str, dict[str, set[str]]], apt: tuple[str, Apt]
) -> None:
    architecture, program = apt
    found, expected = ours[architecture][root], program.choose(root)
    more = {each.partition(" ")[0] for each in expected - found}
    assert (found - expected, more) == (set(), CHOICES.get(root, set()))
