"""The lock file: its data, and its one canonical form as JSON.

Equal locks are equal bytes. A reader sees the old file or the new one, never half, even if the
writer is killed. ``rules/private/apt/lockfile.bzl`` reads the same fields.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NotRequired, TypedDict

from tools.errors import PlinthError
from tools.grammar.fields import shown
from tools.lock.lockfile.fields import lock_problem

VERSION = 1
"""The version of the format that this file reads and writes."""


class LockFileError(PlinthError):
    """A lock file cannot be read or written.

    Attributes:
        path: of the file.
        problem: what is wrong.
    """

    def __init__(self, path: str, problem: str, cure: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}\n  {cure}")


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One package of one architecture, to the byte.

    Attributes:
        architecture: what it was built for; ``all`` fits every architecture.
        source: the source package's name, with its version in ``source_version``.
        suite: the suite whose index listed it.
        filename: the path below the archive's root, as the index has it.
        sha256: of the ``.deb``.
        size: of the ``.deb``, in bytes.
        depends: the locked packages that its own dependencies were satisfied by, each with the
            text of those dependencies.
        snapshot: the instant at which the snapshot service has it, when that of its archive is too
            late for it; mostly None.
        essential: True for one that the manifest asks for under ``essential``, else None.
        effects: what installing it does beyond unpacking, as JSON, see ``tools/effects/effect.py``;
            None unless the manifest asks for a record.
    """

    name: str
    version: str
    architecture: str
    source: str
    source_version: str
    archive: str
    suite: str
    filename: str
    sha256: str
    size: int
    depends: Mapping[str, str]
    snapshot: str | None = None
    essential: bool | None = None
    effects: tuple[Mapping[str, Any], ...] | None = None


@dataclass(frozen=True, slots=True)
class LockedSuite:
    """The signed file that was read, and who signed it.

    Attributes:
        date: of the Release file, as ``2026-11-21T09:15:44Z``.
        valid_until: likewise; None when it does not expire.
        signed_by: fingerprints of the trusted keys with a good signature on it.
        inrelease_sha256: of the signed file: ``InRelease``, or ``Release`` where only that exists.
        indexes: SHA-256 of each index that was read, by its path in the suite.
    """

    codename: str
    date: str
    valid_until: str | None
    components: tuple[str, ...]
    signed_by: tuple[str, ...]
    inrelease_sha256: str
    indexes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LockedArchive:
    """An archive.

    Attributes:
        suites: by the name that the manifest gives them; none for a directory of packages.
        mirrors: as in the manifest.
        snapshot: the instant (``YYYYMMDDTHHMMSSZ``) at which the snapshot service has all of it;
            None for what it cannot have.
        directory: of the packages, relative to the lock; None for a real archive.
        archive: what its mirrors call it, if not by its name in the lock.
    """

    suites: Mapping[str, LockedSuite]
    mirrors: tuple[str, ...]
    snapshot: str | None
    directory: str | None = None
    archive: str | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """A whole lock.

    Attributes:
        manifest_sha256: digest of the manifest that it was made from.
        archives: by name.
        omitted: by architecture and name: who wanted a package that the manifest omits.
        packages: by architecture, sorted by name.
        provided: by architecture and name that the manifest asks for: the package that provides
            it; None if there is no such name.
    """

    manifest_sha256: str
    archives: Mapping[str, LockedArchive]
    omitted: Mapping[str, Mapping[str, tuple[str, ...]]]
    packages: Mapping[str, tuple[LockedPackage, ...]]
    provided: Mapping[str, Mapping[str, str]] | None = None

    def mirror_name(self, name: str) -> str:
        """Return what the mirrors of an archive of the lock call it."""
        return self.archives[name].archive or name


def format_lock(lock: Lock) -> str:
    """Return the canonical text of a lock."""
    return json.dumps(_plain({"version": VERSION, **asdict(lock)}), indent=1, sort_keys=True) + "\n"


def read_lock(path: str) -> Lock:
    """Read a lock file.

    Raises:
        LockFileError: it cannot be read, is no lock, or is of a newer format.
    """
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise LockFileError(path, f"cannot read it: {error.strerror}", "Make it first.") from None
    except (ValueError, RecursionError) as error:
        raise LockFileError(path, f"not JSON: {error}", _REMAKE) from None
    version = data.get("version") if isinstance(data, dict) else None
    if version != VERSION:
        raise LockFileError(path, f"lock version {shown(version)} is not known", _REMAKE)
    if problem := lock_problem(data):
        raise LockFileError(path, problem, _REMAKE)
    try:
        return _parse(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise LockFileError(path, f"not a lock: {error!r}", _REMAKE) from None


def require_writable(path: str) -> None:
    """Check that a lock can be written, before the work of making it.

    Raises:
        LockFileError: it cannot be written.
    """
    import tempfile  # noqa: PLC0415

    if os.path.isdir(path):
        raise LockFileError(path, "cannot write it: it is a directory", "Name a file.")
    try:
        # A file without a name, where the file system supports it: no other program sees it.
        tempfile.TemporaryFile(dir=os.path.dirname(os.path.abspath(path))).close()
    except OSError as error:
        raise _not_written(path, error) from None


def write_lock(path: str, lock: Lock) -> bool:
    """Write a lock file, all at once.

    Returns:
        Whether the file changed.

    Raises:
        LockFileError: it cannot be written; the old file, if any, is untouched.
    """
    text = format_lock(lock).encode()
    # In the same directory, because only there a rename is atomic.
    directory, name = os.path.split(os.path.abspath(path))
    temporary = os.path.join(directory, f".{name}.{os.urandom(4).hex()}")
    try:
        _remove_leftovers(directory, f".{name}.")
        with contextlib.suppress(FileNotFoundError), open(path, "rb") as old:
            if old.read() == text:
                return False
        with open(temporary, "xb") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    return True


_LONGEST_WRITE = 3600
"""Seconds after which no program is still writing."""


def _remove_leftovers(directory: str, start: str) -> None:
    """Remove the unfinished files of programs that were killed."""
    for entry in os.scandir(directory):
        if re.fullmatch(re.escape(start) + "[0-9a-f]{8}", entry.name):
            with contextlib.suppress(OSError):
                if entry.stat().st_mtime < time.time() - _LONGEST_WRITE:
                    os.unlink(entry.path)


def _not_written(path: str, error: OSError) -> LockFileError:
    return LockFileError(
        path,
        f"cannot write it: {error.strerror}",
        "Make room there, or make its directory writable.",
    )


_REMAKE = "Make it again from its manifest."


def _plain(value: Any) -> Any:
    """Drop what is None: an absent fact is an absent key."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


class _SuiteItem(TypedDict):
    """A suite as the file has it."""

    codename: str
    date: str
    valid_until: NotRequired[str]
    components: list[str]
    signed_by: list[str]
    inrelease_sha256: str
    indexes: dict[str, str]


class _ArchiveItem(TypedDict):
    """An archive as the file has it."""

    suites: dict[str, _SuiteItem]
    mirrors: list[str]
    snapshot: NotRequired[str]
    directory: NotRequired[str]
    archive: NotRequired[str]


class _LockItem(TypedDict):
    """The file."""

    version: int
    manifest_sha256: str
    archives: dict[str, _ArchiveItem]
    omitted: dict[str, dict[str, list[str]]]
    packages: dict[str, list[dict[str, Any]]]
    provided: NotRequired[dict[str, dict[str, str]]]


def _parse(data: _LockItem) -> Lock:
    return Lock(
        manifest_sha256=data["manifest_sha256"],
        archives={
            name: LockedArchive(
                suites={
                    suite: LockedSuite(
                        codename=fields["codename"],
                        date=fields["date"],
                        valid_until=fields.get("valid_until"),
                        components=tuple(fields["components"]),
                        signed_by=tuple(fields["signed_by"]),
                        inrelease_sha256=fields["inrelease_sha256"],
                        indexes=dict(fields["indexes"]),
                    )
                    for suite, fields in archive["suites"].items()
                },
                mirrors=tuple(archive["mirrors"]),
                snapshot=archive.get("snapshot"),
                directory=archive.get("directory"),
                archive=archive.get("archive"),
            )
            for name, archive in data["archives"].items()
        },
        omitted={
            architecture: {name: tuple(wanters) for name, wanters in names.items()}
            for architecture, names in data["omitted"].items()
        },
        packages={
            architecture: tuple(map(_parse_package, packages))
            for architecture, packages in data["packages"].items()
        },
        provided=data.get("provided"),
    )


def _parse_package(fields: dict[str, Any]) -> LockedPackage:
    effects = fields.get("effects")
    depends = fields["depends"]
    return LockedPackage(
        **{
            # Earlier locks have commands instead of effects.
            **{name: value for name, value in fields.items() if name != "scripts"},
            # Locks of the first version of Plinth have names only.
            "depends": depends if isinstance(depends, dict) else {name: name for name in depends},
            "effects": None if effects is None else tuple(effects),
        }
    )
