"""What the program can do, each as a function from a job to an outcome.

What only a download needs is imported where it is used: ``--check`` runs before every commit.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tools.errors import PlinthError
from tools.fetch.mirror import SNAPSHOT
from tools.lock.lockfile.lockfile import (
    Lock,
    LockFileError,
    read_lock,
    require_writable,
    write_lock,
)
from tools.lock.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    from tools.lock.fetch_indexes import Surroundings
    from tools.lock.make_lock import MadeLock


class DriftError(PlinthError):
    """A lock was not made from the manifest as it is now.

    Attributes:
        manifest: path of the manifest.
        lock: path of the lock.
    """

    def __init__(self, manifest: str, lock: str) -> None:
        self.manifest = manifest
        self.lock = lock
        super().__init__(
            f"{lock} was not made from {manifest} as it is now\n"
            "  Make it again, and commit both together."
        )


class ImportingError(PlinthError):
    """An imported manifest cannot be written."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every command receives.

    Attributes:
        start: the directory that paths are relative to; empty for the current one.
        manifest: path of the manifest, as the user gave it.
        lock: path of the lock, likewise.
        environment: of the process.
        quiet: whether to show no progress.
    """

    start: str
    manifest: str
    lock: str
    environment: Mapping[str, str]
    quiet: bool = False

    def path(self, given: str) -> str:
        """Return a path of the command line as an absolute path."""
        return os.path.join(self.start, given)

    def read_manifest(self) -> Manifest:
        """Read the manifest."""
        return read_manifest(self.path(self.manifest), self.manifest)

    def read_lock(self) -> Lock:
        """Read the lock."""
        return read_lock(self.path(self.lock))


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """What a command answers.

    Attributes:
        lines: for people.
        data: the same for programs.
        status: exit status of the program.
    """

    lines: Sequence[str]
    data: Mapping[str, Any]
    status: int = 0


def check(job: Job) -> CommandOutcome:
    """Check that the lock was made from the manifest.

    Raises:
        DriftError: it is not.
    """
    if job.read_lock().manifest_sha256 != job.read_manifest().digest():
        raise DriftError(job.manifest, job.lock)
    return CommandOutcome((), {"lock": job.lock, "drift": False})


def verify(job: Job) -> CommandOutcome:
    """Verify that the lock holds what the archives of the manifest signed.

    Raises:
        DriftError: it is not the lock of the manifest.
        VerificationError: it does not, or this cannot be found out.
    """
    from tools.lock.verify_lock import verify_lock  # noqa: PLC0415

    check(job)
    lock, manifest = job.read_lock(), job.read_manifest()
    with _Watched(job) as watched:
        proof = verify_lock(job.lock, lock, manifest, watched.surroundings(None))
    lines = proof.lines(lock)
    return CommandOutcome([*lines, f"{job.lock}: verified"], {"lock": job.lock, "verified": lines})


def explain_package(job: Job, name: str) -> CommandOutcome:
    """Explain why a package is in the lock."""
    from tools.lock.lockfile.explanation import explain  # noqa: PLC0415

    lock = job.read_lock()
    roots = {root.relation.name: str(root) for root in job.read_manifest().packages}
    for package in (each for packages in lock.packages.values() for each in packages):
        if package.essential:
            roots.setdefault(package.name, f"{package.name} (essential)")
    found = explain(name, lock, roots)
    lines = [line for each in found for line in each.lines()]
    return CommandOutcome(lines, {"explanations": [each.data() for each in found]})


def diff(job: Job, old: str, advisories: str | None, *, markdown: bool) -> CommandOutcome:
    """Show the differences from another lock."""
    from tools.lock.importing import import_lock  # noqa: PLC0415
    from tools.lock.lockfile.advisories import fixed_advisories, read_advisories  # noqa: PLC0415
    from tools.lock.lockfile.changes import find_changes  # noqa: PLC0415
    from tools.lock.lockfile.report import LockDifference  # noqa: PLC0415

    new = job.read_lock()
    before = import_lock(job.path(old)) or read_lock(job.path(old))
    changes = find_changes(before, new)
    fixed = None
    if advisories:
        codenames = [
            suite.codename for each in new.archives.values() for suite in each.suites.values()
        ]
        fixed = fixed_advisories(changes, read_advisories(job.path(advisories)), codenames)
    difference = LockDifference(before, new, changes, fixed)
    return CommandOutcome(
        difference.markdown() if markdown else difference.lines(), difference.data()
    )


def tell_why_not(job: Job, question: str) -> CommandOutcome:
    """Explain why a version of a package was not chosen."""
    from tools.lock.why_not import why_not  # noqa: PLC0415

    with _Watched(job) as watched:
        answers = why_not(question, job.read_manifest(), watched.surroundings(None))
    lines: dict[str, list[str]] = {}
    for answer in answers:
        word = "possible" if answer.is_possible else "impossible"
        lines.setdefault(f"{word}: {answer.reason}", []).append(answer.architecture)
    return CommandOutcome(
        [f"[{', '.join(where)}] {line}" for line, where in lines.items()],
        {
            "answers": {
                answer.architecture: {"possible": answer.is_possible, "reason": answer.reason}
                for answer in answers
            }
        },
    )


def import_old(job: Job, old: str) -> CommandOutcome:
    """Write the manifest from one of rules_distroless.

    Raises:
        ImportingError: there is a manifest already, or it cannot be written.
    """
    from tools.lock.importing import import_manifest  # noqa: PLC0415

    text = import_manifest(job.path(old), old)
    try:
        with open(job.path(job.manifest), "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ImportingError(
            f"{job.manifest}: cannot write it: {error.strerror}\n"
            "  Name a file that is not there yet, in a directory that is."
        ) from None
    return CommandOutcome(
        [
            f"{job.manifest}: written",
            "Look at its keys:, make the lock, and compare: --diff OLD_LOCK reads the old one.",
        ],
        {"manifest": job.manifest},
    )


def update(
    job: Job,
    names: Sequence[str] | None,
    *,
    allow_older: bool,
    snapshot: str | None = None,
) -> CommandOutcome:
    """Make the lock again, all of it or some packages.

    Args:
        job: what to lock.
        names: packages to move; None for all.
        allow_older: whether indexes may be older than those of the existing lock.
        snapshot: a time of the snapshot service, ``20261118T000000Z``, to lock as of then those
            archives that the manifest gives neither a snapshot nor mirrors of their own.

    Raises:
        LockFileError: the lock cannot be written; nothing is fetched then.
        PlinthError: what the manifest asks for cannot be had.
    """
    from tools.lock.effects import record_effects  # noqa: PLC0415
    from tools.lock.fetch_indexes import LooseDirectoryError  # noqa: PLC0415
    from tools.lock.make_lock import make_lock  # noqa: PLC0415

    started = time.monotonic()
    manifest = job.read_manifest()
    lock_path = job.path(job.lock)
    require_writable(lock_path)
    beside = os.path.dirname(os.path.abspath(lock_path))
    for archive in manifest.archives:
        if archive.directory and os.path.realpath(beside) != os.path.realpath(manifest.directory):
            raise LooseDirectoryError(archive.directory)
    previous = _previous(lock_path)
    with _Watched(job) as watched:
        surroundings = watched.surroundings(previous, names, allow_older=allow_older)
        made = make_lock(_as_of(snapshot, manifest), surroundings)
        lock = record_effects(made.lock, surroundings) if manifest.effects else made.lock
    # The digest of the manifest as it is written: its next lock may be of another time.
    lock = replace(lock, manifest_sha256=manifest.digest())
    changed = write_lock(lock_path, lock)
    lines, data = _summary(lock, made, previous)
    word = "written" if changed else "unchanged"
    lines.append(f"{job.lock}: {word} ({time.monotonic() - started:.1f} s)")
    return CommandOutcome(lines, {"lock": job.lock, "changed": changed, **data})


def _as_of(snapshot: str | None, manifest: Manifest) -> Manifest:
    if snapshot is None:
        return manifest
    archives = tuple(
        archive
        if archive.directory or archive.snapshot or set(archive.mirrors) - {SNAPSHOT}
        else replace(archive, snapshot=snapshot)
        for archive in manifest.archives
    )
    return replace(manifest, archives=archives)


@dataclass(slots=True)
class _Watched:
    """Downloads that a person can watch."""

    job: Job
    progress: Any = field(default=None)

    def __enter__(self) -> _Watched:
        if not self.job.quiet:
            from tools.fetch.progress import Progress  # noqa: PLC0415

            self.progress = Progress("fetching", noun="files")
        return self

    def __exit__(self, *_: object) -> None:
        if self.progress:
            self.progress.clear()

    def surroundings(
        self,
        previous: Lock | None,
        names: Sequence[str] | None = None,
        *,
        allow_older: bool = False,
    ) -> Surroundings:
        from tools.fetch.cache import Cache, cache_directory  # noqa: PLC0415
        from tools.fetch.download import Downloader  # noqa: PLC0415
        from tools.lock.fetch_indexes import Surroundings  # noqa: PLC0415

        cache = Cache(cache_directory(self.job.environment))
        cache.prune()
        return Surroundings(
            downloader=Downloader(progress=self.progress),
            environment=self.job.environment,
            apt_directory="/etc/apt",
            now=datetime.now(UTC),
            previous=previous,
            allow_older=allow_older,
            update=names,
            cache=cache,
        )


def _previous(path: str) -> Lock | None:
    if not os.path.exists(path):
        return None
    try:
        return read_lock(path)
    except LockFileError as error:
        # A merge conflict's leftovers must not stop the one command that repairs them.
        print(f"note: not comparing with the old lock: {error}", file=sys.stderr)
        return None


def _summary(lock: Lock, made: MadeLock, previous: Lock | None) -> tuple[list[str], dict[str, Any]]:
    from tools.lock.lockfile.changes import describe_changes, describe_size, find_changes  # noqa: PLC0415

    lines = (describe_changes(previous, lock) or ["no package changed"]) if previous else []
    notes = _notes(lock, made)
    ages = _ages(lock, previous, datetime.now(UTC))
    return [*lines, *ages, *(f"note: {note}" for note in notes), *describe_size(lock)], {
        "changes": [change.data() for change in find_changes(previous, lock)],
        "notes": notes,
        "packages": {name: len(packages) for name, packages in lock.packages.items()},
    }


def _ages(lock: Lock, previous: Lock | None, now: datetime) -> list[str]:
    """Report the age of suites that no earlier lock has: a mirror may be frozen."""
    lines = []
    for name, archive in lock.archives.items():
        before = previous.archives.get(name) if previous else None
        for suite, locked in archive.suites.items():
            if before is None or suite not in before.suites:
                days = (now - datetime.fromisoformat(locked.date)).days
                until = f"valid until {locked.valid_until}" if locked.valid_until else "no expiry"
                lines.append(
                    f"{name} {suite}: locked for the first time, as signed on {locked.date} "
                    f"({days} days ago), {until}"
                )
    return lines


def _notes(lock: Lock, made: MadeLock) -> list[str]:
    from tools.lock.effects import not_reproduced  # noqa: PLC0415

    notes = [
        f"{architecture}: {chosen} and not {preferred.version}, because of what others need"
        for architecture, resolution in sorted(made.resolutions.items())
        for chosen, preferred in resolution.held_back
    ]
    notes += map(str, made.skew)
    if made.useless_omissions:
        notes.append(f"omitted, but nothing wants it: {', '.join(made.useless_omissions)}")
    undone = {
        f"{package.name}: not reproduced: {_some(list(map(str, lacking)))}"
        for packages in lock.packages.values()
        for package in packages
        if (lacking := not_reproduced(package.effects))
    }
    return notes + sorted(undone)


def _some(lines: Sequence[str]) -> str:
    more = len(lines) - _MOST_SHOWN
    shown = "; ".join(lines[:_MOST_SHOWN])
    return f"{shown}; and {more} more, which the lock lists" if more > 0 else shown


_MOST_SHOWN = 4
