"""Makes candidates for the next lock from the previous one: for moving only a few packages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tools.debian.relation import Relation, parse_relations
from tools.errors import PlinthError
from tools.lock.lockfile.lockfile import Lock, LockedPackage
from tools.lock.resolve.candidates import Candidates
from tools.lock.suggestion import did_you_mean

SNAPSHOT_FIELD = "Plinth-Snapshot"
"""The field with the snapshot of a candidate that only the old lock still has."""


class NothingToMoveError(PlinthError):
    """A package is to be moved that is not in the lock.

    Attributes:
        names: of the packages.
    """

    def __init__(self, names: Collection[str], known: Collection[str]) -> None:
        self.names = tuple(sorted(names))
        guess = did_you_mean(self.names[0], known)
        super().__init__(
            f"the lock has no package {', '.join(self.names)}\n"
            f"  {guess or 'Name locked packages; or run without --update to move all.'}"
        )


def check_moved(moved: Collection[str], previous: Lock | None) -> None:
    """Refuse to move packages that are not locked.

    Raises:
        NothingToMoveError: a package is in no architecture of the lock.
    """
    packages = previous.packages.values() if previous else ()
    known = {package.name for each in packages for package in each}
    unknown = set(moved) - known
    if unknown:
        raise NothingToMoveError(unknown, known)


def keep(
    candidates: Candidates, previous: Lock, moved: Collection[str], archives: Collection[str]
) -> None:
    """Make candidates prefer what a lock has, but for some packages.

    Versions that have left the archive's index are taken from the lock. It does not have every
    field of an index, but every field that led to the choice.

    Args:
        candidates: of one architecture.
        previous: the lock.
        moved: names of the packages that are not to stay.
        archives: names of those that the manifest still has; a lock can name no other.
    """
    packages = previous.packages.get(candidates.architecture, ())
    staying = [package for package in packages if package.name not in moved]
    for package in staying:
        listed = {str(each.version) for each in candidates.named(package.name)}
        if package.version not in listed and package.archive in archives:
            stanza = _stanza(package, packages, previous)
            candidates.add_index(stanza, package.archive, package.suite)
    candidates.keep({package.name: package.version for package in staying}, moved)


def _stanza(package: LockedPackage, packages: Sequence[LockedPackage], previous: Lock) -> bytes:
    snapshot = package.snapshot or previous.archives[package.archive].snapshot
    fields: Mapping[str, str | None] = {
        "Package": package.name,
        "Version": package.version,
        "Architecture": package.architecture,
        "Source": f"{package.source} ({package.source_version})",
        "Depends": ", ".join(filter(None, package.depends.values())),
        "Provides": ", ".join(_provided(package, packages)),
        "Filename": package.filename,
        "Size": str(package.size),
        "SHA256": package.sha256,
        SNAPSHOT_FIELD: snapshot,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value).encode()


def _provided(package: LockedPackage, packages: Sequence[LockedPackage]) -> list[str]:
    """Return what it must provide, by what others needed it for."""
    found: dict[str, None] = {}
    for wanter in packages:
        for group in parse_relations(wanter.depends.get(package.name, "")):
            if all(relation.name != package.name for relation in group):
                found.update(dict.fromkeys(_satisfying(each, package.version) for each in group))
    return list(found)


def _satisfying(relation: Relation, version: str) -> str:
    if not relation.operator:
        return relation.name
    bound = relation.version if "=" in relation.operator else version
    return f"{relation.name} (= {bound})"
