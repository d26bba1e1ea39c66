"""All indexes of a manifest, read at once, as candidates for each architecture."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Generic, TypeVar

from tools.debian.control import stanza_field
from tools.debian.relation import Relation
from tools.debian.release import IndexFile
from tools.errors import FormatError, PlinthError
from tools.fetch.cache import Cache
from tools.fetch.mirror import base_urls, single_urls
from tools.lock.archive.debs import directory_entries, index_entry
from tools.lock.archive.index import (
    Fetches,
    PackagesIndex,
    Suite,
    fetch_index,
    indexes_for,
    read_suite,
)
from tools.lock.archive.signature import read_keyring
from tools.lock.archive.trust import Trust
from tools.lock.lockfile.lockfile import Lock
from tools.lock.lockfile.previous_lock import keep
from tools.lock.manifest import SINGLE_DEBS, Archive, Manifest, RootPackage
from tools.lock.processes import work_on_all
from tools.lock.resolve.candidates import AUTOMATIC, Candidates

_T = TypeVar("_T")


class BrokenIndexError(PlinthError):
    """An index has the signed digest, and still cannot be read.

    Attributes:
        index: which.
    """

    def __init__(self, index: PackagesIndex, error: FormatError) -> None:
        self.index = index
        suite = index.suite
        super().__init__(
            f"{suite.archive.name} {suite.name}: {error}\n"
            "  The archive is at fault: report it there, or leave the suite out."
        )


class LooseDirectoryError(PlinthError):
    """A lock would be in another place than the directory of packages that it names.

    Attributes:
        directory: as the manifest has it.
    """

    def __init__(self, directory: str) -> None:
        self.directory = directory
        super().__init__(
            f'"{directory}" is relative to the manifest, and would not be found from the lock\n'
            "  Put the lock next to the manifest."
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a lock depends on in addition to its manifest.

    Attributes:
        downloader: gets the indexes.
        cache: of what was downloaded, by digest.
        environment: of the process, for mirrors.
        apt_directory: the host's apt configuration, for mirrors.
        now: the time, UTC.
        previous: the lock to be replaced; indexes must not be older than its.
        allow_older: they may.
        update: the only packages to move, of those that are locked; None moves all.
    """

    downloader: Fetches
    environment: Mapping[str, str]
    apt_directory: str
    now: datetime
    previous: Lock | None = None
    allow_older: bool = False
    update: Collection[str] | None = None
    cache: Cache = field(default_factory=lambda: Cache(""))

    def fetch_kept(
        self, urls: Sequence[str], *, sha256: str, size: int | None, label: str
    ) -> bytes:
        """Get bytes from the cache, or from a mirror into the cache.

        Raises:
            FetchError: they are in neither.
        """
        data = self.cache.get(sha256)
        if data is None:
            data = self.downloader.fetch(urls, sha256=sha256, size=size, label=label)
            self.cache.put(sha256, data)
        return data


@dataclass(frozen=True, slots=True)
class Reading(Generic[_T]):
    """What was read, and the results.

    Attributes:
        suites: all of the manifest.
        indexes: those that were read.
        results: what was made of each architecture's candidates.
    """

    suites: tuple[Suite, ...]
    indexes: tuple[PackagesIndex, ...]
    results: Mapping[str, _T]


def read_all(
    manifest: Manifest,
    surroundings: Surroundings,
    make: Callable[[Candidates, Sequence[RootPackage]], _T],
    read: Callable[[Archive, str], Suite] | None = None,
) -> Reading[_T]:
    """Read everything that a manifest names, and call a function with each architecture's packages.

    An architecture's candidates take a hundred megabytes, so they live only while ``make`` runs.

    Args:
        manifest: the manifest.
        surroundings: where from, and what is trusted.
        make: called with the candidates and with what is wanted, for each architecture in a
            process of its own; what it returns must be such as can be pickled.
        read: reads a suite of an archive; if not given, as it is now.

    Raises:
        PlinthError: of the mirrors, of the signatures, or of ``make``.
    """
    loose = _read_loose(manifest, surroundings)
    pool = ThreadPoolExecutor(_DOWNLOADS)
    try:
        if read is None:
            read = partial(read_present, manifest=manifest, surroundings=surroundings)
        reading = [
            pool.submit(read, archive, name)
            for archive in manifest.archives
            for name in archive.suites
        ]
        suites = tuple(each.result() for each in reading)
        wanted = {
            architecture: [
                (suite, file)
                for suite in suites
                if suite.archive.serves(architecture)
                for file in indexes_for(suite, architecture)
            ]
            for architecture in manifest.architectures
        }
        # A separate index of architecture "all" is wanted by each, and fetched once.
        fetching = {
            pair: pool.submit(_fetch_index, *pair, surroundings)
            for pair in dict.fromkeys(pair for pairs in wanted.values() for pair in pairs)
        }
        indexes = {pair: each.result() for pair, each in fetching.items()}
    finally:
        # After an error, or Ctrl-C, do not start the remaining downloads.
        pool.shutdown(cancel_futures=True)

    roots = (*manifest.packages, *loose.roots)
    archives = [archive.name for archive in manifest.archives]

    def work(architecture: str) -> _T:
        candidates = Candidates(
            architecture,
            without_depends=[each.relation.name for each in roots if not each.depends],
            with_recommends=[each.relation.name for each in roots if each.recommends],
        )
        for pair in wanted[architecture]:
            _add(candidates, indexes[pair], surroundings)
        loose.add_to(candidates)
        if surroundings.update is not None and surroundings.previous:
            pinned = {root.relation.name for root in roots if root.is_pinned}
            moved = set(surroundings.update) - pinned
            keep(candidates, surroundings.previous, moved, archives)
        return make(candidates, roots)

    results = work_on_all(manifest.architectures, work)
    return Reading(suites, tuple(indexes.values()), results)


def read_present(
    archive: Archive, name: str, manifest: Manifest, surroundings: Surroundings
) -> Suite:
    """Read a suite as it is now, or as of the snapshot that the manifest pins.

    Raises:
        PlinthError: of the mirrors or of the signature, or it is older than the lock allows.
    """
    trust = _trust(archive, name, manifest, surroundings)
    suite = read_suite(archive, name, _bases(archive, surroundings), trust, surroundings.downloader)
    # Kept for a later verification of the lock.
    surroundings.cache.put_signed(suite.signed.data, suite.signed.signature)
    return suite


_DOWNLOADS = 8


@dataclass(frozen=True, slots=True)
class _Loose:
    """Packages that no index lists.

    Attributes:
        entries: what an index would say, by archive.
        priorities: of those archives.
        roots: the packages that the manifest gives by URL, as if by name and version.
    """

    entries: Mapping[str, Sequence[bytes]]
    priorities: Mapping[str, int | None]
    roots: Sequence[RootPackage]

    def add_to(self, candidates: Candidates) -> None:
        """Add the packages to the others."""
        for name, entries in self.entries.items():
            text = b"\n\n".join(entries)
            candidates.add_index(text, name, name, self.priorities.get(name) or AUTOMATIC)


def _read_loose(manifest: Manifest, surroundings: Surroundings) -> _Loose:
    entries = {
        archive.name: list(
            directory_entries(
                os.path.join(manifest.directory, archive.directory), archive.directory
            )
        )
        for archive in manifest.archives
        if archive.directory
    }
    roots = []
    for deb in manifest.debs:
        data = surroundings.fetch_kept(
            single_urls(deb.url, surroundings.environment),
            sha256=deb.sha256,
            size=None,
            label=deb.url.rpartition("/")[2],
        )
        entry = index_entry(data, deb.url, deb.url)
        entries.setdefault(SINGLE_DEBS, []).append(entry)
        name, version, architecture = (
            stanza_field(entry, field) for field in ("Package", "Version", "Architecture")
        )
        restriction = () if architecture == "all" else (architecture,)
        roots.append(RootPackage(Relation(name, "", "=", version, restriction)))
    return _Loose(entries, {each.name: each.priority for each in manifest.archives}, roots)


def _bases(archive: Archive, surroundings: Surroundings) -> tuple[str, ...]:
    bases = base_urls(
        archive.mirror_name,
        configured=archive.mirrors,
        stamp=archive.snapshot,
        environment=surroundings.environment,
        apt_directory=surroundings.apt_directory,
    )
    if archive.snapshot is None:
        return bases
    # A mirror of today has other indexes than those that are pinned.
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
        codename=locked.codename if locked else None,
    )


def _fetch_index(suite: Suite, file: IndexFile, surroundings: Surroundings) -> PackagesIndex:
    if surroundings.cache.has(file.sha256):
        # Read when it is needed: several at once would take hundreds of megabytes.
        return PackagesIndex(suite, file, file, b"")
    return fetch_index(suite, file, surroundings.downloader)


def _add(candidates: Candidates, index: PackagesIndex, surroundings: Surroundings) -> None:
    suite, file = index.suite, index.file
    kept = None if index.data else surroundings.cache.get(file.sha256)
    if kept is not None:
        index = PackagesIndex(suite, file, file, kept)
    elif not index.data:
        # What is kept was damaged.
        index = fetch_index(suite, file, surroundings.downloader)
    try:
        text = index.text()
        candidates.add_index(text, suite.archive.name, suite.name, suite.priority, file.path)
    except FormatError as error:
        raise BrokenIndexError(index, error) from None
    if kept is None:
        # As the text, so that it is unpacked once, if the Release file lists the text.
        surroundings.cache.put(file.sha256, index.data if file == index.form else text)


def _from_stamp(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
