"""Makes a lock: reads the indexes of a manifest, resolves it, and records the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.lock.fetch_indexes import Surroundings, read_all
from tools.lock.lockfile.build_lock import record
from tools.lock.lockfile.lockfile import Lock
from tools.lock.lockfile.previous_lock import check_moved
from tools.lock.manifest import Manifest, RootPackage
from tools.lock.resolve.candidates import Candidates
from tools.lock.resolve.resolver import Resolution, resolve
from tools.lock.resolve.roots import check_omitted, essential_roots
from tools.lock.resolve.skew import Skew, find_skew


@dataclass(frozen=True, slots=True)
class MadeLock:
    """A new lock.

    Attributes:
        lock: what is to be written.
        resolutions: further results, by architecture.
        useless_omissions: names under ``omit`` that nothing wanted.
        skew: packages in different versions on different architectures.
    """

    lock: Lock
    resolutions: Mapping[str, Resolution]
    useless_omissions: tuple[str, ...]
    skew: tuple[Skew, ...]


def make_lock(manifest: Manifest, surroundings: Surroundings) -> MadeLock:
    """Make the lock of a manifest.

    Raises:
        PlinthError: for example, a mirror is down, or packages conflict.
    """
    if surroundings.update is not None:
        check_moved(surroundings.update, surroundings.previous)

    def work(candidates: Candidates, roots: Sequence[RootPackage]) -> _Resolved:
        essential = essential_roots(manifest, candidates)
        resolution = resolve([*roots, *essential], candidates, omit=manifest.omit)
        unknown = frozenset(name for name in manifest.omit if not candidates.knows(name))
        return _Resolved(
            resolution,
            unknown,
            frozenset(candidates.names() if unknown else ()),
            frozenset(root.relation.name for root in essential),
        )

    reading = read_all(manifest, surroundings, work)
    resolved = reading.results
    resolutions = {architecture: each.resolution for architecture, each in resolved.items()}
    check_omitted(
        frozenset.intersection(*(each.unknown_omissions for each in resolved.values())),
        frozenset().union(*(each.names for each in resolved.values())),
    )
    wanted_omissions = {name for each in resolutions.values() for name in each.omitted}
    return MadeLock(
        record(
            manifest,
            reading.suites,
            reading.indexes,
            resolutions,
            {architecture: each.essential for architecture, each in resolved.items()},
        ),
        resolutions,
        tuple(sorted(manifest.omit - wanted_omissions)),
        find_skew(resolutions),
    )


@dataclass(frozen=True, slots=True)
class _Resolved:
    """One architecture: its packages, and the names under ``omit`` that it does not have.

    Attributes:
        names: all that it has, collected only if it lacks one.
        essential: names of essential packages that the manifest asks for.
    """

    resolution: Resolution
    unknown_omissions: frozenset[str]
    names: frozenset[str]
    essential: frozenset[str]


__all__ = ["MadeLock", "Surroundings", "make_lock"]
