"""Verifies that a lock holds what its archives signed, and trusts no one who changed it.

The signed file of each suite is found again by the digest that the lock has of it: in the cache,
on a mirror, or at the snapshot service. Its signature, its indexes and then each field of each
package are checked as if the lock were being made. If the archive has moved on and no source has
that file, its current one proves what has not changed since.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tools.errors import PlinthError
from tools.fetch.download import FetchError
from tools.fetch.mirror import SNAPSHOT_SERVICE, base_urls
from tools.grammar.fields import shown
from tools.lock.archive.index import (
    SignedFile,
    Suite,
    authenticate,
    fetch_index,
    indexes_for,
    suite_directory,
)
from tools.lock.archive.packets import read_certificates
from tools.lock.archive.signature import LARGEST_SIGNED_BYTES, read_keyring
from tools.lock.archive.trust import Trust, UnsuitableError, is_flat
from tools.lock.effects import record_effects
from tools.lock.fetch_indexes import Surroundings, read_all, read_present
from tools.lock.lockfile.build_lock import locked_archive
from tools.lock.lockfile.comparison import (
    Compared,
    Comparison,
    compare_archive,
    compare_suite,
    find,
    package_problems,
)
from tools.lock.lockfile.lockfile import Lock, LockedPackage, LockedSuite
from tools.lock.manifest import SINGLE_DEBS, Archive, Manifest, RootPackage
from tools.lock.resolve.candidates import Candidates
from tools.lock.resolve.roots import essential_roots


class VerificationError(PlinthError):
    """A lock differs from its archives, or this cannot be found out.

    Attributes:
        path: of the lock.
        problems: where it differs from what the archives signed.
        unproven: what cannot be compared with anything signed.
    """

    def __init__(self, path: str, problems: Sequence[str], unproven: Sequence[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        self.unproven = tuple(unproven)
        lines = []
        if problems:
            lines += [f"{path} is not what its archives signed:", *_some(problems)]
        if unproven:
            lines += [f"{path}: the archives have moved on, so this cannot be verified:"]
            lines += _some(unproven)
        cure = "Make the lock again from its manifest, on a machine that you trust."
        if unproven and not problems:
            cure = (
                "Verify it where the snapshot service can be reached, or with the cache of the "
                "machine\n  that made it (PLINTH_CACHE), or make it again."
            )
        super().__init__("\n".join([*lines, f"  {cure}"]))


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves the packages of each suite.

    Attributes:
        locked: the signed files that the lock names, by archive and suite.
        present: those of today, where the one that the lock names is no longer available.
    """

    locked: dict[tuple[str, str], Suite] = field(default_factory=dict)
    present: dict[tuple[str, str], Suite] = field(default_factory=dict)

    def lines(self, lock: Lock) -> list[str]:
        """For people."""
        places = Counter(
            (package.archive, package.suite)
            for package in {each.sha256: each for each in _packages(lock)}.values()
        )
        found = []
        for place, number in sorted(places.items()):
            suite = self.locked.get(place) or self.present.get(place)
            what = f"{' '.join(dict.fromkeys(place))}: {number} packages"
            if not suite:
                found.append(f"{what}, by digests of the manifest or from its directory")
                continue
            found.append(f"{what}, as signed on {suite.release.date:%Y-%m-%d %H:%M} UTC")
            if place in self.present:
                date = lock.archives[suite.archive.name].suites[suite.name].date
                found.append(f"note: the signed file of {date}, which the lock names, has gone")
        return found


def verify_lock(path: str, lock: Lock, manifest: Manifest, surroundings: Surroundings) -> Proof:
    """Compare a lock with the archives.

    Args:
        path: of the lock, for messages.
        lock: the lock.
        manifest: that it was made from; its keys are trusted.
        surroundings: where signed files may be had.

    Raises:
        VerificationError: the lock is not what the archives signed, or this cannot be found out.
        PlinthError: an archive cannot be reached.
    """
    proof = Proof()

    def read(archive: Archive, name: str) -> Suite:
        locked = lock.archives.get(archive.name)
        suite = locked.suites.get(name) if locked else None
        if suite:
            with contextlib.suppress(FetchError):
                found = _locked_suite(archive, name, suite, manifest, surroundings)
                proof.locked[archive.name, name] = found
                return found
        found = read_present(archive, name, manifest, surroundings)
        proof.present[archive.name, name] = found
        return found

    def work(candidates: Candidates, roots: Sequence[RootPackage]) -> Compared:
        essential = {
            root.relation.name
            for root in essential_roots(manifest, candidates)
            if root.relation.applies_to(candidates.architecture)
        }
        return Comparison(lock, manifest, candidates, roots).result(essential)

    reading = read_all(manifest, surroundings, work, read)
    problems = list(_archive_problems(lock, manifest, proof))
    unproven = []
    kept = _Kept(manifest, surroundings)
    for architecture, compared in reading.results.items():
        problems += compared.problems
        for package, instead in compared.absent:
            label = f"package {package.name} for {architecture}"
            found = kept.problems(package, architecture) if package.snapshot else None
            if found is not None:
                problems += [f"{label}: {problem}" for problem in found]
            elif package.snapshot or (package.archive, package.suite) in proof.present:
                unproven.append(f"{label}: {instead}")
            else:
                problems.append(f"{label}: {instead}")
    if manifest.effects and not problems:
        problems += _effects_problems(lock, surroundings)
    if problems or unproven:
        raise VerificationError(path, problems, unproven)
    return proof


# When the snapshot service may have had a signed file as its last: archives are published up to
# four times a day, and the service takes a state some hours later.
_HOURS_LATER = (24, 18, 12, 6, 3)
_CLEARSIGNED = b"-----BEGIN PGP SIGNED MESSAGE-----"
_MOST_SHOWN = 20


def _locked_suite(
    archive: Archive,
    name: str,
    locked: LockedSuite,
    manifest: Manifest,
    surroundings: Surroundings,
) -> Suite:
    """Return the suite as the lock has it, with all indexes in the cache.

    Raises:
        FetchError: the signed file, or an index of it, is nowhere.
        PlinthError: it is not trusted.
    """
    bases = _bases(archive, locked, surroundings)
    sha256, label = locked.inrelease_sha256, f"signed file of {archive.name} {name}"
    directory = suite_directory(name)
    data = surroundings.cache.get(sha256)
    where = f"the signed file of {archive.name} {name} of {locked.date}"
    if data is None:
        urls = [f"{base}/{directory}{file}" for file in ("InRelease", "Release") for base in bases]
        data = surroundings.downloader.fetch(
            urls, sha256=sha256, size=None, label=label, limit=LARGEST_SIGNED_BYTES
        )
    signature = None
    if not data.startswith(_CLEARSIGNED):
        signature = surroundings.cache.signature(sha256) or surroundings.downloader.fetch(
            [f"{base}/{directory}Release.gpg" for base in bases],
            sha256=None,
            size=None,
            label=label,
            limit=LARGEST_SIGNED_BYTES,
        )
    trust = Trust(
        read_keyring(archive.keys, manifest.directory), surroundings.now, None, False, None
    )
    suite = authenticate(archive, name, bases, trust, SignedFile(data, signature, where))
    surroundings.cache.put_signed(data, signature)
    for architecture in filter(archive.serves, manifest.architectures):
        for file in indexes_for(suite, architecture):
            if not surroundings.cache.has(file.sha256):
                # A mirror may still have a signed file, but no longer its indexes.
                index = fetch_index(suite, file, surroundings.downloader)
                surroundings.cache.put(
                    file.sha256, index.data if file == index.form else index.text()
                )
    return suite


def _bases(archive: Archive, locked: LockedSuite, surroundings: Surroundings) -> tuple[str, ...]:
    """Return where the archive as of a lock may be: on its mirrors, or at the snapshot service."""
    date = datetime.fromisoformat(locked.date)
    stamps: list[str | None] = [archive.snapshot]
    if not archive.snapshot and not is_flat(archive.suites[0]):
        stamps = [f"{date + timedelta(hours=each):%Y%m%dT%H%M%SZ}" for each in _HOURS_LATER]
    bases = [
        base
        for stamp in stamps
        for base in base_urls(
            archive.mirror_name,
            configured=archive.mirrors,
            stamp=stamp,
            environment=surroundings.environment,
            apt_directory=surroundings.apt_directory,
        )
    ]
    # The nearest first, and each once.
    return tuple(dict.fromkeys(sorted(bases, key=lambda base: base.startswith(SNAPSHOT_SERVICE))))


def _archive_problems(lock: Lock, manifest: Manifest, proof: Proof) -> Iterator[str]:
    suites = [*proof.locked.values(), *proof.present.values()]
    known = {archive.name for archive in manifest.archives} | (
        {SINGLE_DEBS} if manifest.debs else set()
    )
    for name in sorted(lock.archives.keys() - known):
        yield f"archive {name}: it is not in the manifest"
    for archive in manifest.archives:
        locked, signed = lock.archives.get(archive.name), locked_archive(archive, suites, ())
        yield from compare_archive(archive.name, locked, signed)
        for name in archive.suites:
            suite = proof.locked.get((archive.name, name))
            if locked and suite:
                where = f"archive {archive.name}: suite {name}"
                yield from compare_suite(where, locked.suites[name], signed.suites[name])
                yield from _signed_problems(where, locked.suites[name], suite, manifest)
    for architecture in sorted(lock.packages.keys() ^ set(manifest.architectures)):
        where = "the manifest" if architecture in lock.packages else "the lock"
        yield f"architecture {architecture}: it is not in {where}"


def _signed_problems(
    where: str, locked: LockedSuite, suite: Suite, manifest: Manifest
) -> Iterator[str]:
    # A key may have expired since then.
    keyring = read_keyring(suite.archive.keys, manifest.directory)
    trusted = {each.primary.fingerprint for each in read_certificates(keyring.certificates)}
    if not set(suite.signers) <= set(locked.signed_by) <= trusted:
        ours, theirs = shown(locked.signed_by), shown(suite.signers)
        yield f"{where}: signed_by = {ours}, and should be {theirs}"
    for path, sha256 in locked.indexes.items():
        listed = suite.release.indexes.get(path)
        if not listed or listed.sha256 != sha256:
            wanted = shown(listed.sha256) if listed else "absent"
            yield f"{where}: indexes: {path} = {shown(sha256)}, and should be {wanted}"


class _Kept:
    """Packages that were kept when their archive had newer ones: of another day than the lock."""

    def __init__(self, manifest: Manifest, surroundings: Surroundings) -> None:
        self._manifest = manifest
        # Nothing is newer than what is locked.
        self._surroundings = replace(surroundings, previous=None)
        self._archives = {archive.name: archive for archive in manifest.archives}
        self._candidates: dict[tuple[str, ...], Candidates] = {}

    def problems(self, package: LockedPackage, architecture: str) -> list[str] | None:
        """Return how the lock differs from the archive then; None if that cannot be had."""
        archive = self._archives.get(package.archive)
        if not archive or not package.snapshot or package.suite not in archive.suites:
            return None
        key = (package.archive, package.suite, package.snapshot, architecture)
        try:
            if key not in self._candidates:
                self._candidates[key] = self._read(archive, *key[1:])
        except (FetchError, UnsuitableError):
            return None
        signed = find(package, self._candidates[key])
        return package_problems(package, signed, ()) if signed else None

    def _read(self, archive: Archive, suite: str, stamp: str, architecture: str) -> Candidates:
        then = replace(archive, snapshot=stamp, check_valid_until=False)
        read = read_present(then, suite, self._manifest, self._surroundings)
        candidates = Candidates(architecture)
        for file in indexes_for(read, architecture):
            index = fetch_index(read, file, self._surroundings.downloader)
            candidates.add_index(index.text(), archive.name, suite)
        return candidates


def _effects_problems(lock: Lock, surroundings: Surroundings) -> list[str]:
    again = record_effects(lock, replace(surroundings, previous=None), kept=False)
    return [
        f"package {ours.name} for {architecture}: effects are not what the package has"
        for architecture, packages in lock.packages.items()
        for ours, theirs in zip(packages, again.packages[architecture], strict=True)
        if json.dumps(ours.effects, sort_keys=True) != json.dumps(theirs.effects, sort_keys=True)
    ]


def _packages(lock: Lock) -> Iterator[LockedPackage]:
    for packages in lock.packages.values():
        yield from packages


def _some(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _MOST_SHOWN
    shown_lines = [f"    {line}" for line in lines[:_MOST_SHOWN]]
    return [*shown_lines, f"    and {more} more"] if more > 0 else shown_lines
