"""Builds the lock from the indexes that were read and the packages that were chosen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tools.grammar.fields import field_problem, readable_number, shown
from tools.lock.archive.index import PackagesIndex, Suite
from tools.lock.archive.trust import is_flat
from tools.lock.lockfile.lockfile import Lock, LockedArchive, LockedPackage, LockedSuite
from tools.lock.lockfile.previous_lock import SNAPSHOT_FIELD
from tools.lock.manifest import SINGLE_DEBS, Archive, Manifest
from tools.lock.resolve.candidates import Candidate, IndexEntryError
from tools.lock.resolve.resolver import Resolution


def record(
    manifest: Manifest,
    suites: Sequence[Suite],
    indexes: Sequence[PackagesIndex],
    resolutions: Mapping[str, Resolution],
    essential: Mapping[str, Collection[str]],
) -> Lock:
    """Make the lock; ``essential`` names the packages to mark as that, by architecture.

    Raises:
        IndexEntryError: an index lacks what fetching a chosen package needs.
    """
    archives = {
        archive.name: locked_archive(archive, suites, indexes) for archive in manifest.archives
    }
    loose = loose_archives(manifest)
    if manifest.debs:
        archives[SINGLE_DEBS] = LockedArchive({}, (), None)
    return Lock(
        manifest_sha256=manifest.digest(),
        archives=archives,
        omitted={name: each.omitted for name, each in resolutions.items()},
        packages={
            name: tuple(
                replace(locked_package(package, each.depends[package.name], loose), essential=True)
                if package.name in essential[name]
                else locked_package(package, each.depends[package.name], loose)
                for package in each.packages
            )
            for name, each in resolutions.items()
        },
        provided={name: each.provided for name, each in resolutions.items() if each.provided}
        or None,
    )


def locked_archive(
    archive: Archive, suites: Sequence[Suite], indexes: Sequence[PackagesIndex]
) -> LockedArchive:
    """Return the entry of an archive.

    Args:
        archive: of the manifest.
        suites: that were read, also of other archives.
        indexes: likewise.
    """
    if archive.directory:
        return LockedArchive({}, (), None, archive.directory)
    ours = [suite for suite in suites if suite.archive is archive]
    snapshot = archive.snapshot
    if not snapshot and not any(is_flat(name) for name in archive.suites):
        snapshot = _stamp(max(suite.release.date for suite in ours) + _SNAPSHOT_DELAY)
    return LockedArchive(
        {suite.name: _suite(suite, indexes) for suite in ours},
        archive.mirrors,
        snapshot,
        archive=archive.archive or None,
    )


def loose_archives(manifest: Manifest) -> frozenset[str]:
    """Return archives of local files or URLs, which have the names that their owners gave."""
    return frozenset({SINGLE_DEBS, *(each.name for each in manifest.archives if each.directory)})


def locked_package(
    package: Candidate, depends: Mapping[str, str], loose: Collection[str]
) -> LockedPackage:
    """Return the entry of a package.

    Args:
        package: as its index has it.
        depends: the locked packages that it depends on.
        loose: archives whose files have names of their owners' choice.

    Raises:
        IndexEntryError: the index lacks what fetching the package needs, or has a malformed value.
    """
    source, source_version = package.source
    for field in ("Filename", "SHA256", "Size"):
        if not package.field(field):
            raise IndexEntryError(package, field, "it is missing")
    filename = package.field("Filename").removeprefix("./")
    size = package.field("Size")
    sha256 = package.field("SHA256").lower()
    size_bytes = readable_number(size)
    if size_bytes is None:
        raise IndexEntryError(package, "Size", f"{shown(size)} is no number of bytes")
    if not _SHA256.fullmatch(sha256):
        raise IndexEntryError(package, "SHA256", f"{shown(sha256)} is not a SHA-256 in hexadecimal")
    if package.archive != SINGLE_DEBS and not _is_inside(filename):
        raise IndexEntryError(package, "Filename", f'"{filename}" leads out of the archive')
    for field, kind, value in (
        ("Package", "debian_name", package.name),
        ("Version", "debian_version", str(package.version)),
        ("Source", "debian_name", source),
        ("Source", "debian_version", source_version),
    ):
        if problem := field_problem(kind, value, field):
            raise IndexEntryError(package, field, problem)
    if package.archive not in loose and (
        problem := field_problem("pool_path", filename, "Filename")
    ):
        raise IndexEntryError(package, "Filename", problem)
    return LockedPackage(
        name=package.name,
        version=str(package.version),
        architecture=package.architecture,
        source=source,
        source_version=source_version,
        archive=package.archive,
        suite=package.suite,
        filename=filename,
        sha256=sha256,
        size=size_bytes,
        depends=depends,
        snapshot=package.field(SNAPSHOT_FIELD) or None,
    )


# The snapshot service answers with the last state at or before an instant, and takes its states
# some hours after the archive publishes them. A day later it has the locked one for certain, and
# the archive has not yet removed any file of it (dak's stay of execution is a day and a half).
_SNAPSHOT_DELAY = timedelta(days=1)

_SHA256 = re.compile(r"[0-9a-f]{64}")


def _suite(suite: Suite, indexes: Sequence[PackagesIndex]) -> LockedSuite:
    release = suite.release
    return LockedSuite(
        codename=release.codename,
        date=_iso(release.date),
        valid_until=_iso(release.valid_until) if release.valid_until else None,
        components=suite.archive.components,
        signed_by=suite.signers,
        inrelease_sha256=suite.signed.sha256,
        indexes={index.file.path: index.file.sha256 for index in indexes if index.suite is suite},
    )


def _is_inside(filename: str) -> bool:
    return ":" not in filename.partition("/")[0] and not (
        filename.startswith("/") or ".." in filename.split("/") or "\\" in filename
    )


def _iso(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"
