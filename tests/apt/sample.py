"""Takes the sample of indexes: all packages that the roots could lead to, and what they say.

Of Debian 13 as it is now: ``bazel run //tests/apt:sample``. Only fields that bear on the choice are
kept. Neither apt nor Plinth sees more in the test, so the sample need not be complete; it is, in
that every alternative and every provider of what is wanted is there, with all that it wants.
"""

from __future__ import annotations

import lzma
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from tests.apt.roots import ARCHITECTURES, ROOTS, SETS
from tools.errors import PlinthError
from tools.fetch.cache import Cache, cache_directory
from tools.fetch.download import Downloader
from tools.lock.fetch_indexes import Surroundings, read_all
from tools.lock.manifest import Archive, Manifest, RootPackage
from tools.lock.resolve.candidates import Candidate, Candidates

KEYS = ("debian-13",)
ARCHIVES = (
    Archive("debian", ("trixie", "trixie-updates"), ("main",), KEYS),
    Archive("debian-security", ("trixie-security",), ("main",), KEYS),
)

_FIELDS = (
    "Package",
    "Version",
    "Architecture",
    "Multi-Arch",
    "Essential",
    "Priority",
    "Pre-Depends",
    "Depends",
    "Conflicts",
    "Breaks",
    "Replaces",
    "Provides",
)


def main() -> int:
    """Write ``tests/apt/indexes/SUITE.ARCHITECTURE.xz``."""
    directory = os.path.join(
        os.environ.get("BUILD_WORKSPACE_DIRECTORY", ""), "tests", "apt", "indexes"
    )
    surroundings = Surroundings(
        Downloader(),
        os.environ,
        "/etc/apt",
        datetime.now(UTC),
        cache=Cache(cache_directory(os.environ)),
    )
    manifest = Manifest("/", ARCHIVES, ARCHITECTURES, (), frozenset())
    try:
        samples = read_all(manifest, surroundings, _sample).results
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    os.makedirs(directory, exist_ok=True)
    for architecture, suites in samples.items():
        for suite, text in suites.items():
            with open(os.path.join(directory, f"{suite}.{architecture}.xz"), "wb") as file:
                file.write(lzma.compress(text.encode(), preset=9))
    return 0


def _sample(candidates: Candidates, _: Sequence[RootPackage]) -> dict[str, str]:
    stanzas: dict[str, list[str]] = {suite: [] for each in ARCHIVES for suite in each.suites}
    for candidate in sorted(_within_reach(candidates), key=str):
        lines = [f"{name}: {value}" for name in _FIELDS if (value := candidate.field(name))]
        stanzas[candidate.suite].append("".join(f"{line}\n" for line in lines))
    return {suite: "\n".join(found) for suite, found in stanzas.items() if found}


def _within_reach(candidates: Candidates) -> Iterator[Candidate]:
    seen: set[str] = set()
    waiting = [*ROOTS, *" ".join(SETS).split()]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield from candidates.named(name)
        waiting += [candidate.name for candidate in candidates.providing(name)]
        waiting += [
            relation.name
            for candidate in candidates.named(name)
            for group in candidate.depends
            for relation in group
        ]


if __name__ == "__main__":
    sys.exit(main())
