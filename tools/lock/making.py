"""Makes a lock: fetches the indexes of a manifest, resolves it, writes down the result."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tools.fetch.mirror import base_urls
from tools.lock.candidates import Candidate, Candidates, IndexEntryError
from tools.lock.index import Fetches, Index, Suite, Trust, fetch_index, indexes_for, read_suite
from tools.lock.lockfile import Lock, LockedArchive, LockedPackage, LockedSuite
from tools.lock.manifest import Archive, Manifest
from tools.lock.resolver import Resolution, resolve
from tools.lock.roots import check_omitted
from tools.lock.signature import read_keyring


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a lock depends on besides its manifest.

    Attributes:
        downloader: gets the indexes.
        environment: of the process, for mirrors.
        apt_directory: the host's apt configuration, for mirrors.
        now: the time, UTC.
        previous: the lock to be replaced; indexes must not be older than its.
        allow_older: they may.
    """

    downloader: Fetches
    environment: Mapping[str, str]
    apt_directory: str
    now: datetime
    previous: Lock | None = None
    allow_older: bool = False


@dataclass(frozen=True, slots=True)
class MadeLock:
    """A new lock.

    Attributes:
        lock: what is to be written.
        resolutions: what is known besides, by architecture.
        useless_omissions: names under ``omit`` that nothing wanted.
    """

    lock: Lock
    resolutions: Mapping[str, Resolution]
    useless_omissions: tuple[str, ...]


def make_lock(manifest: Manifest, surroundings: Surroundings) -> MadeLock:
    """Makes the lock of a manifest.

    Raises:
        PlinthError: anything from a mirror that is down to packages that do not go together.
    """
    downloader = surroundings.downloader
    with ThreadPoolExecutor(_DOWNLOADS) as pool:
        reading = []
        for archive in manifest.archives:
            bases = _bases(archive, surroundings)
            for name in archive.suites:
                trust = _trust(archive, name, manifest, surroundings)
                reading.append(pool.submit(read_suite, archive, name, bases, trust, downloader))
        suites = [each.result() for each in reading]
        wanted = {
            architecture: [
                (suite, file) for suite in suites for file in indexes_for(suite, architecture)
            ]
            for architecture in manifest.architectures
        }
        # A separate index of architecture "all" is wanted by each, and fetched once.
        fetching = {
            pair: pool.submit(fetch_index, *pair, downloader)
            for pair in dict.fromkeys(pair for pairs in wanted.values() for pair in pairs)
        }
        indexes = {pair: each.result() for pair, each in fetching.items()}
    # Unpacking takes most of the time, and lets other threads run.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        resolving = {
            architecture: pool.submit(
                _resolve, manifest, architecture, [indexes[pair] for pair in pairs]
            )
            for architecture, pairs in wanted.items()
        }
        resolved = {architecture: each.result() for architecture, each in resolving.items()}
    resolutions = {architecture: each.resolution for architecture, each in resolved.items()}
    check_omitted(
        frozenset.intersection(*(each.unknown_omissions for each in resolved.values())),
        frozenset().union(*(each.names for each in resolved.values())),
    )
    wanted_omissions = {name for each in resolutions.values() for name in each.omitted}
    return MadeLock(
        _lock(manifest, suites, list(indexes.values()), resolutions),
        resolutions,
        tuple(sorted(manifest.omit - wanted_omissions)),
    )


@dataclass(frozen=True, slots=True)
class _Resolved:
    """One architecture: its packages, and what of ``omit`` it does not know.

    Attributes:
        names: all that it does know, collected only if there is something it does not.
    """

    resolution: Resolution
    unknown_omissions: frozenset[str]
    names: frozenset[str]


_DOWNLOADS = 8

# The snapshot service answers with the last state at or before an instant, and takes its states
# some hours after the archive publishes them. A day later it has the locked one for certain, and
# the archive has not yet removed any file of it (dak's stay of execution is a day and a half).
_SNAPSHOT_DELAY = timedelta(days=1)


def _bases(archive: Archive, surroundings: Surroundings) -> tuple[str, ...]:
    bases = base_urls(
        archive.name,
        configured=archive.mirrors,
        stamp=archive.snapshot,
        environment=surroundings.environment,
        apt_directory=surroundings.apt_directory,
    )
    if archive.snapshot is None:
        return bases
    # A mirror of the present has other indexes than those that are pinned.
    return tuple(base for base in bases if archive.snapshot in base)


def _trust(archive: Archive, name: str, manifest: Manifest, surroundings: Surroundings) -> Trust:
    previous = surroundings.previous.archives.get(archive.name) if surroundings.previous else None
    locked = previous.suites.get(name) if previous else None
    going_back = surroundings.allow_older or archive.snapshot
    return Trust(
        keyring=read_keyring(archive.keys, manifest.directory),
        now=surroundings.now,
        not_before=datetime.fromisoformat(locked.date) if locked and not going_back else None,
        check_valid_until=archive.check_valid_until and not archive.snapshot,
        not_after=_from_stamp(archive.snapshot) if archive.snapshot else None,
    )


def _resolve(manifest: Manifest, architecture: str, indexes: Sequence[Index]) -> _Resolved:
    candidates = Candidates(architecture)
    for index in indexes:
        suite = index.suite
        candidates.add_index(index.unpack(), suite.archive.name, suite.name, suite.priority)
    resolution = resolve(manifest.packages, candidates, omit=manifest.omit)
    unknown = frozenset(name for name in manifest.omit if not candidates.knows(name))
    return _Resolved(resolution, unknown, frozenset(candidates.names() if unknown else ()))


def _lock(
    manifest: Manifest,
    suites: Sequence[Suite],
    indexes: Sequence[Index],
    resolutions: Mapping[str, Resolution],
) -> Lock:
    return Lock(
        manifest_sha256=manifest.digest(),
        archives={
            archive.name: LockedArchive(
                suites={
                    suite.name: _locked_suite(suite, indexes)
                    for suite in suites
                    if suite.archive is archive
                },
                mirrors=archive.mirrors,
                snapshot=archive.snapshot
                or _to_stamp(
                    max(suite.release.date for suite in suites if suite.archive is archive)
                    + _SNAPSHOT_DELAY
                ),
            )
            for archive in manifest.archives
        },
        omitted={name: each.omitted for name, each in resolutions.items()},
        packages={
            name: tuple(_locked_package(package, each) for package in each.packages)
            for name, each in resolutions.items()
        },
    )


def _locked_suite(suite: Suite, indexes: Sequence[Index]) -> LockedSuite:
    release = suite.release
    return LockedSuite(
        codename=release.codename,
        date=_iso(release.date),
        valid_until=_iso(release.valid_until) if release.valid_until else None,
        components=suite.archive.components,
        signed_by=suite.signers,
        inrelease_sha256=suite.inrelease_sha256,
        indexes={index.file.path: index.file.sha256 for index in indexes if index.suite is suite},
    )


def _locked_package(package: Candidate, resolution: Resolution) -> LockedPackage:
    source, source_version = package.source
    size = package.field("Size")
    for field in ("Filename", "SHA256", "Size"):
        if not package.field(field):
            raise IndexEntryError(package, field, "it is missing")
    if not size.isdigit():
        raise IndexEntryError(package, "Size", f'"{size}" is no number')
    return LockedPackage(
        name=package.name,
        version=str(package.version),
        architecture=package.architecture,
        source=source,
        source_version=source_version,
        archive=package.archive,
        suite=package.suite,
        filename=package.field("Filename").removeprefix("./"),
        sha256=package.field("SHA256"),
        size=int(size),
        depends=resolution.depends[package.name],
    )


def _iso(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _to_stamp(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"


def _from_stamp(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
