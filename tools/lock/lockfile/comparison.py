"""Compares a lock with the signed indexes of the same packages.

A lock is not signed, so a person who can change it can write any digest into it. Nothing of it is
trusted here. Each field must equal that of the archives, and something must depend on each package.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields

from tools.debian.relation import Group, format_group, parse_relations
from tools.errors import FormatError, PlinthError
from tools.grammar.fields import shown
from tools.lock.lockfile.build_lock import locked_package, loose_archives
from tools.lock.lockfile.lockfile import Lock, LockedArchive, LockedPackage, LockedSuite
from tools.lock.manifest import Manifest, RootPackage
from tools.lock.resolve.candidates import Candidate, Candidates


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found out about the packages of one architecture.

    Attributes:
        problems: where the lock differs from the archives, for people.
        absent: locked packages that no index has, each with what the index has instead.
    """

    problems: tuple[str, ...]
    absent: tuple[tuple[LockedPackage, str], ...]


def compare_archive(name: str, locked: LockedArchive | None, signed: LockedArchive) -> list[str]:
    """Return where a lock's entry of an archive differs from its manifest and its signed files.

    Args:
        name: of the archive.
        locked: what the lock says; None if it does not know the archive.
        signed: what it would say if it were made of these files.
    """
    if locked is None:
        return [f"archive {name}: it is not in the lock"]
    # Every snapshot that has the packages will do, because their digests are compared.
    found = [
        f"archive {name}: {problem}"
        for problem in _differences(locked, signed, leave=("suites", "snapshot"))
    ]
    for suite in sorted(locked.suites.keys() ^ signed.suites.keys()):
        where = "the manifest" if suite in locked.suites else "the lock"
        found.append(f"archive {name}: the suite {shown(suite)} is not in {where}")
    return found


def compare_suite(where: str, locked: LockedSuite, signed: LockedSuite) -> list[str]:
    """Return how a lock differs from a suite's signed file, except for signers and indexes."""
    leave = ("signed_by", "indexes")
    return [f"{where}: {problem}" for problem in _differences(locked, signed, leave=leave)]


class Comparison:
    """The comparison of one architecture's packages."""

    def __init__(
        self, lock: Lock, manifest: Manifest, candidates: Candidates, roots: Sequence[RootPackage]
    ) -> None:
        """Look up the packages.

        Args:
            lock: the lock.
            manifest: that it was made from.
            candidates: all packages of the signed indexes, for the architecture.
            roots: what the manifest wants of them.
        """
        self._lock = lock
        self._manifest = manifest
        self._candidates = candidates
        self._roots = roots
        self._architecture = candidates.architecture
        self._packages = lock.packages.get(self._architecture, ())
        self._signed = {package.name: find(package, candidates) for package in self._packages}

    def result(self, essential: Collection[str]) -> Compared:
        """Return what is found.

        Args:
            essential: names of the essential packages that the manifest asks for.
        """
        problems = [
            f"package {package.name} for {self._architecture}: {problem}"
            for package in self._packages
            for problem in self._package_problems(package, essential)
        ]
        problems += [
            f"{self._architecture}: {problem}" for problem in self._closure_problems(essential)
        ]
        absent = tuple(
            (package, self._absence(package))
            for package in self._packages
            if self._signed[package.name] is None
        )
        return Compared(tuple(problems), absent)

    def _absence(self, package: LockedPackage) -> str:
        listed = self._candidates.named(package.name)
        place = (package.archive, package.suite)
        for each in listed:
            if str(each.version) == package.version and (each.archive, each.suite) == place:
                return f"architecture = {package.architecture}, and should be {each.architecture}"
        for each in listed:
            if str(each.version) == package.version:
                field = "suite" if each.archive == package.archive else "archive"
                ours, theirs = getattr(package, field), getattr(each, field)
                return f"{field} = {shown(ours)}, and should be {shown(theirs)}"
        where = f"the signed index of {package.archive} {shown(package.suite)}"
        versions = [str(each.version) for each in listed if (each.archive, each.suite) == place]
        if versions:
            return f"version = {package.version}, and {where} has {', '.join(versions)}"
        return f"{where} has no package of this name"

    def _package_problems(
        self, package: LockedPackage, essential: Collection[str]
    ) -> Iterator[str]:
        if bool(package.essential) != (package.name in essential):
            yield f"essential = {shown(package.essential)}, but the manifest says otherwise"
        if (package.effects is not None) != (
            self._manifest.effects and not self._lock.archives[package.archive].directory
        ):
            yield "effects: the manifest and the lock disagree about recording them"
        signed = self._signed[package.name]
        if signed is None:
            return
        yield from package_problems(package, signed, loose_archives(self._manifest))
        yield from self._dependency_problems(package, signed)

    def _dependency_problems(self, package: LockedPackage, signed: Candidate) -> Iterator[str]:
        recorded: set[str] = set()
        for name, text in package.depends.items():
            for group in _groups(text):
                recorded.add(format_group(group))
                provider = self._signed.get(name)
                if provider and not self._satisfies(provider, group):
                    yield f"depends: {name} is not what {shown(text)} asks for"
        for group in filter(self._candidates.applies, signed.depends):
            if format_group(group) not in recorded:
                problem = self._missing_group(package, signed, group)
                if problem:
                    yield f"depends: {problem}"

    def _missing_group(self, package: LockedPackage, signed: Candidate, group: Group) -> str | None:
        """Return what is wrong with a lock that does not record what satisfies a dependency."""
        if self._satisfies(signed, group):
            return None
        for name, other in self._signed.items():
            if other and self._satisfies(other, group):
                return (
                    f"it needs {format_group(group)}, and the lock does not say that {name} is that"
                )
        if package.name in self._candidates.without_depends:
            return None
        omitted = self._lock.omitted.get(self._architecture, {})
        if any(
            package.name in wanters and name in self._manifest.omit
            for name, wanters in omitted.items()
        ):
            return None
        return f"it needs {format_group(group)}, which the lock does not have"

    def _closure_problems(self, essential: Collection[str]) -> Iterator[str]:
        """Return packages that are missing, and those that nothing wants."""
        reached: set[str] = set()
        names = {package.name: package for package in self._packages}
        for root in self._roots:
            relation = root.relation
            if not relation.applies_to(self._architecture):
                continue
            found = {
                name
                for name, signed in self._signed.items()
                if name == relation.name
                or (signed and signed.satisfies(relation, self._architecture))
            }
            if not found:
                yield f"the manifest wants {root}, and the lock does not have it"
            for name in found & {relation.name} or found:
                package, signed = names[name], self._signed[name]
                if root.suite not in ("", package.suite) or (
                    signed and not signed.satisfies(relation, self._architecture)
                ):
                    yield f"the manifest wants {root}, and the lock has {name} {package.version}"
            reached |= found
        for name in essential:
            if name not in names:
                yield f"the manifest wants {name} (essential), and the lock does not have it"
        fresh = (reached | set(essential)) & names.keys()
        reached = set()
        while fresh:
            reached |= fresh
            fresh = {name for each in fresh for name in names[each].depends} & names.keys()
            fresh -= reached
        for name in sorted(names.keys() - reached):
            yield f"nothing wants the package {name}"

    def _satisfies(self, candidate: Candidate, group: Group) -> bool:
        return any(
            relation.applies_to(self._architecture)
            and candidate.satisfies(relation, self._architecture)
            for relation in group
        )


def find(package: LockedPackage, candidates: Candidates) -> Candidate | None:
    """Return the entry of a package in the signed indexes of its suite."""
    return next(
        (
            each
            for each in candidates.named(package.name)
            if (each.archive, each.suite) == (package.archive, package.suite)
            and (str(each.version), each.architecture) == (package.version, package.architecture)
        ),
        None,
    )


def package_problems(
    package: LockedPackage, signed: Candidate, loose: Collection[str]
) -> list[str]:
    """Return where a lock's entry of a package differs from its signed index.

    Args:
        package: of the lock.
        signed: its entry.
        loose: archives whose files have names of their owners' choice.
    """
    try:
        wanted = locked_package(signed, package.depends, loose)
        known = {format_group(group) for group in signed.depends + signed.recommends}
    except PlinthError as error:
        return [str(error)]
    return [
        *_differences(package, wanted, leave=("essential", "effects", "snapshot")),
        *(
            f"depends: its archive does not say that it needs {shown(text)}"
            for text in package.depends.values()
            if not known.issuperset(map(format_group, _groups(text)))
        ),
    ]


def _groups(text: str) -> tuple[Group, ...]:
    try:
        return parse_relations(text)
    except FormatError:
        return ()


def _differences(locked: object, signed: object, leave: Collection[str]) -> list[str]:
    found = []
    for field in fields(locked):  # type: ignore[arg-type]
        ours, theirs = getattr(locked, field.name), getattr(signed, field.name)
        if field.name not in leave and ours != theirs:
            found.append(f"{field.name} = {shown(ours)}, and should be {shown(theirs)}")
    return found
