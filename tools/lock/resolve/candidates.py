"""The packages that can be chosen for one architecture, from all its indexes.

An index has tens of thousands of stanzas and a lock needs a few dozen, so a stanza stays bytes
until it is looked up by name, and a field until the resolver first reads it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tools.debian.control import stanza_field
from tools.debian.relation import Group, Relation, parse_relations
from tools.debian.source import parse_source
from tools.debian.version import Version
from tools.errors import FormatError, PlinthError
from tools.lock.archive.stanza_table import StanzaTable

Provided = tuple[str, str, Version | None]
"""A name in ``Provides``: the name, its qualifier (mostly empty), its version if it has one."""

AUTOMATIC = 500
"""The priority of a suite whose packages may be used freely (apt_preferences(5))."""


class IndexEntryError(PlinthError):
    """A field of a package in an index cannot be understood.

    Attributes:
        package: the package's name.
        field: the field.
        problem: what is wrong with it.
    """

    def __init__(self, candidate: Candidate, field: str, problem: str) -> None:
        self.package = candidate.name
        self.field = field
        self.problem = problem
        place = f"{candidate.archive} {candidate.suite} {candidate.index}".rstrip()
        super().__init__(
            f"{place}: package {candidate.name}: {field}: {problem}\n"
            "  The archive is at fault: report it there, or take the package from another suite."
        )


class Candidate:
    """One version of one package in one index.

    Attributes:
        archive: the archive's name in the manifest.
        suite: the suite it is listed in.
        suite_priority: apt's priority of that suite; see :data:`AUTOMATIC`.
        order: the place of its index in the manifest; breaks ties.
        index: the path of its index in the suite, for messages; empty if there is no such file.
    """

    def __init__(self, stanza: bytes, index: _Index, order: int) -> None:
        self.archive = index.archive
        self.suite = index.suite
        self.suite_priority = index.suite_priority
        self.order = order
        self.index = index.path
        self._stanza = stanza

    def field(self, name: str) -> str:
        """Any field, as text; empty when absent."""
        return stanza_field(self._stanza, name)

    def check(self) -> None:
        """Refuse an entry with a repeated field, because readers differ in which one counts.

        Raises:
            IndexEntryError: a field is there twice (Debian Policy 5.1), or it is not UTF-8.
        """
        names = _FIELD.findall(self._stanza)
        lowered = [name.lower() for name in names]
        if len(set(lowered)) < len(names):
            twice = next(name for name in names if lowered.count(name.lower()) > 1)
            raise IndexEntryError(self, twice.decode("ascii"), "the field is there twice")
        try:
            self._stanza.decode()
        except UnicodeDecodeError as error:
            raise IndexEntryError(self, "it", f"not UTF-8: {error.reason}") from None

    @cached_property
    def name(self) -> str:
        """The package's name."""
        return self.field("Package")

    @cached_property
    def version(self) -> Version:
        """Its version."""
        try:
            return Version(self.field("Version"))
        except FormatError as error:
            raise IndexEntryError(self, "Version", str(error)) from None

    @cached_property
    def architecture(self) -> str:
        """The architecture it was built for, or ``all``."""
        return self.field("Architecture")

    @cached_property
    def multi_arch(self) -> str:
        """``same``, ``foreign``, ``allowed`` or ``no``."""
        return self.field("Multi-Arch") or "no"

    @cached_property
    def source(self) -> tuple[str, str]:
        """The source package's name and version."""
        try:
            return parse_source(self.field("Source"), self.name, str(self.version))
        except FormatError as error:
            raise IndexEntryError(self, "Source", str(error)) from None

    @cached_property
    def depends(self) -> tuple[Group, ...]:
        """What it needs: Pre-Depends, then Depends."""
        return self._relations("Pre-Depends") + self._relations("Depends")

    @cached_property
    def recommends(self) -> tuple[Group, ...]:
        """What is installed with it in all but unusual installations (Policy §7.2)."""
        return self._relations("Recommends")

    @cached_property
    def excludes(self) -> tuple[tuple[str, Relation], ...]:
        """Its Conflicts and Breaks, each with the name of its field."""
        return tuple(
            (field, relation)
            for field in ("Conflicts", "Breaks")
            for group in self._relations(field)
            for relation in group
        )

    @cached_property
    def provides(self) -> tuple[Provided, ...]:
        """The names that it provides in addition to its own."""
        return tuple(
            (
                relation.name,
                relation.qualifier,
                Version(relation.version) if relation.version else None,
            )
            for group in self._relations("Provides")
            for relation in group
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its own name, then those that it provides, each once."""
        return tuple(dict.fromkeys((self.name, *(name for name, _, _ in self.provides))))

    def satisfies(self, relation: Relation, architecture: str) -> bool:
        """Return whether it is, or provides, what a relation asks for (Policy §7.1, §7.5).

        Args:
            relation: the relation, whose restriction list has been looked at already.
            architecture: the one that is locked.
        """
        if relation.name == self.name:
            return self._qualifies(relation.qualifier, architecture) and relation.accepts(
                self.version
            )
        return any(
            name == relation.name
            and qualifier == (relation.qualifier if relation.qualifier == "any" else "")
            # Policy §7.5: a versioned relation needs a versioned Provides.
            and (not relation.operator or (version is not None and relation.accepts(version)))
            for name, qualifier, version in self.provides
        )

    def is_hit_by(self, relation: Relation) -> bool:
        """Return whether a Conflicts or Breaks relation of another package means this one."""
        if relation.name == self.name and relation.accepts(self.version):
            return True
        return any(
            name == relation.name
            and (not relation.operator or (version is not None and relation.accepts(version)))
            for name, _, version in self.provides
        )

    def _qualifies(self, qualifier: str, architecture: str) -> bool:
        # dpkg's deb_arch rules: ":any" asks for a package that says "Multi-Arch: allowed".
        if qualifier == "any":
            return self.multi_arch == "allowed"
        return qualifier in ("", "native", architecture)

    def _relations(self, field: str) -> tuple[Group, ...]:
        try:
            return parse_relations(self.field(field).replace("\n", " "))
        except FormatError as error:
            raise IndexEntryError(self, field, str(error)) from None

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def __repr__(self) -> str:
        return f"<{self} of {self.archive}/{self.suite}>"


class Candidates:
    """All candidates for one architecture, by name and by what they provide."""

    def __init__(
        self,
        architecture: str,
        *,
        without_depends: Collection[str] = (),
        with_recommends: Collection[str] = (),
    ) -> None:
        """Start with no index.

        Args:
            architecture: the one that is locked.
            without_depends: names of packages whose dependencies do not count.
            with_recommends: names of packages whose recommendations count as dependencies.
        """
        self.architecture = architecture
        self.without_depends = frozenset(without_depends)
        self.with_recommends = frozenset(with_recommends)
        self._kept: Mapping[str, str] = {}
        self._moved: Collection[str] = ()
        self._indexes: list[_Index] = []
        self._named: dict[str, list[Candidate]] = {}

    def add_index(
        self,
        text: bytes,
        archive: str,
        suite: str,
        suite_priority: int = AUTOMATIC,
        path: str = "",
    ) -> None:
        """Add the stanzas of one Packages file; what is added first wins among equals.

        Args:
            text: of the file, unpacked.
            archive: the archive's name.
            suite: the suite's name.
            suite_priority: apt's priority of the suite.
            path: of the file in the suite, for messages.
        """
        self._indexes.append(_Index(StanzaTable(text), archive, suite, suite_priority, path))

    def keep(self, versions: Mapping[str, str], moved: Collection[str]) -> None:
        """Prefer some versions to all others, whatever their priority.

        Args:
            versions: by package, those to prefer; another one is taken only if it must be.
            moved: packages of which only the newest version will do.
        """
        self._kept, self._moved = versions, moved
        self._named.clear()

    def needs(self, candidate: Candidate) -> tuple[Group, ...]:
        """Return what must be there with a package, as the manifest has it."""
        if candidate.name in self.without_depends:
            return ()
        if candidate.name in self.with_recommends:
            return candidate.depends + tuple(filter(self.options, candidate.recommends))
        return candidate.depends

    def named(self, name: str) -> list[Candidate]:
        """Return the versions of a package, the one to prefer first."""
        if name not in self._named:
            found = [
                Candidate(stanza, index, order)
                for order, index in enumerate(self._indexes)
                for stanza in index.table.stanzas(name)
            ]
            _check(found)
            kept = self._kept.get(name)
            ordered = sorted(
                (each for each in found if each.architecture in (self.architecture, "all")),
                key=lambda each: (
                    str(each.version) == kept,
                    each.suite_priority,
                    each.version,
                    -each.order,
                ),
                reverse=True,
            )
            self._named[name] = ordered[:1] if name in self._moved else ordered
        return self._named[name]

    def providing(self, name: str) -> list[Candidate]:
        """Return the packages that provide a name, the one to prefer first.

        As apt does among equals: by the package's own priority, then by name. Versions that are
        not the preferred one of their package come last.
        """
        found = [
            candidate
            for provider in sorted(
                {each for it in self._indexes for each in it.table.providers(name)}
            )
            for candidate in self.named(provider)
            if any(provided == name for provided, _, _ in candidate.provides)
        ]
        return sorted(
            found,
            key=lambda candidate: (
                self.rank(candidate),
                _PRIORITIES.get(candidate.field("Priority"), len(_PRIORITIES)),
                candidate.name,
            ),
        )

    def options(self, group: Group) -> tuple[Candidate, ...]:
        """Return the candidates that satisfy a group, the one to prefer first.

        Alternatives count from left to right, and for each a package of that name before
        packages that provide it. Only then come versions that apt would not choose by itself.
        """
        found = [
            candidate
            for relation in group
            if relation.applies_to(self.architecture)
            for candidate in (*self.named(relation.name), *self.providing(relation.name))
            if candidate.satisfies(relation, self.architecture)
        ]
        # A dict drops repetitions and keeps the order, as sorted() does among equals.
        return tuple(sorted(dict.fromkeys(found), key=lambda each: self.rank(each) > 0))

    def applies(self, group: Group) -> bool:
        """Return whether a group asks for anything on this architecture."""
        return any(relation.applies_to(self.architecture) for relation in group)

    def rank(self, candidate: Candidate) -> int:
        """0 for the preferred version of its package, 1 for the next, and so on."""
        return self.named(candidate.name).index(candidate)

    def knows(self, name: str) -> bool:
        """Return whether a name is there, real or virtual."""
        return bool(self.named(name) or self.providing(name))

    def essential(self) -> list[str]:
        """Names of the packages whose preferred version is on every system, sorted."""
        found = {name for index in self._indexes for name in index.table.essential()}
        return sorted(name for name in found if self.is_essential(name))

    def is_essential(self, name: str) -> bool:
        """Return whether the preferred version of a package is on every system (Policy §3.8)."""
        versions = self.named(name)
        return bool(versions) and versions[0].field("Essential") == "yes"

    def names(self) -> Iterator[str]:
        """Every name, real and virtual."""
        for index in self._indexes:
            yield from index.table.names()


@dataclass(frozen=True, slots=True)
class _Index:
    """One Packages file."""

    table: StanzaTable
    archive: str
    suite: str
    suite_priority: int
    path: str


def _check(found: Sequence[Candidate]) -> None:
    """Refuse entries of one name that contradict themselves, or each other in one archive.

    Raises:
        IndexEntryError: a field is there twice, or one version has two digests.
    """
    digests: dict[tuple[str, str, str], str] = {}
    for each in found:
        each.check()
        if len(found) > 1:
            sha256 = each.field("SHA256").lower()
            key = (each.archive, each.field("Version"), each.architecture)
            if digests.setdefault(key, sha256) != sha256:
                raise IndexEntryError(
                    each, "SHA256", f"version {key[1]} for {key[2]} is there with two digests"
                )


# What parse_paragraphs() takes for the name of a field.
_FIELD = re.compile(rb"(?m)^([!-\"$-,.-9;-~][!-9;-~]*):")
_PRIORITIES = {"required": 0, "important": 1, "standard": 2, "optional": 3, "extra": 4}
