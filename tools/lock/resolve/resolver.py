"""Chooses the packages: what apt would install into an empty root, without Recommends.

What must be true of the result (Debian Policy ch. 7): every root is there; every group of every
package's Pre-Depends and Depends has one of its alternatives there, or is omitted by the
manifest; no package is there in two versions; no package matches another's Conflicts or Breaks.

How it searches. Wants that leave no choice of package are settled before wants that do, so that a
choice knows what will be there anyway. A choice tries its options in order of preference. When
something cannot be satisfied, the choices that led there are found, their combination is remembered
as impossible, and the search goes back to the latest of them. So it ends, finds a solution if there
is one, and does not try the same mistake twice. Equal inputs give equal results; the order of roots
does not matter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tools.debian.relation import Group, format_group
from tools.lock.manifest import RootPackage
from tools.lock.resolve.candidates import Candidate, Candidates
from tools.lock.resolve.conflict import Conflict, Refusal, UnsatisfiableError, Want
from tools.lock.resolve.roots import root_wants


@dataclass(frozen=True, slots=True)
class Resolution:
    """The packages of one architecture.

    Attributes:
        packages: what was chosen, sorted by name.
        depends: for each name, the names chosen for its groups, sorted, with the groups' text.
        omitted: for each name that was wanted and left out, who wanted it, sorted.
        provided: for each name that the manifest asks for and no package has, the package that
            provides it.
        held_back: packages chosen in another version than the preferred one, with that one,
            though the manifest did not ask for it.
    """

    packages: tuple[Candidate, ...]
    depends: dict[str, dict[str, str]]
    omitted: dict[str, tuple[str, ...]]
    provided: dict[str, str]
    held_back: tuple[tuple[Candidate, Candidate], ...]


def resolve(
    roots: Sequence[RootPackage], candidates: Candidates, *, omit: frozenset[str] = frozenset()
) -> Resolution:
    """Resolve the roots for the architecture of the candidates.

    Raises:
        UnknownPackageError: a root, or a name to omit, is not in any index.
        UnsatisfiableError: the packages cannot be had together; says who wants what.
    """
    wants = root_wants(roots, candidates)
    search = _Search(candidates, omit)
    search.run(wants)
    return _describe(search, roots, wants)


@dataclass(slots=True)
class _Choice:
    """A chosen package.

    Attributes:
        want: the want that it was chosen for.
        because: the chosen packages that left no other option; None if there was one.
    """

    candidate: Candidate
    want: Want
    because: frozenset[Candidate] | None


@dataclass(slots=True)
class _Memory:
    """Where to go on when a choice is taken back."""

    depth: int
    settled: tuple[Want, ...]
    open: tuple[Want, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Impossible:
    """Chosen packages that cannot all be part of a solution, and what went wrong with them."""

    together: frozenset[Candidate]
    conflict: Conflict


# After so many dead ends, the archive is too broken for a useful message.
_PATIENCE = 20_000


@dataclass(slots=True)
class _Search:
    candidates: Candidates
    omit: frozenset[str]
    chosen: dict[str, _Choice] = field(default_factory=dict)
    trail: list[_Choice] = field(default_factory=list)
    memories: dict[Candidate, _Memory] = field(default_factory=dict)
    # Chosen packages by every name that they go by, and the exclusions that they declare.
    standing: dict[str, list[Candidate]] = field(default_factory=dict)
    excluding: dict[str, list[Candidate]] = field(default_factory=dict)
    impossible: dict[Candidate, list[_Impossible]] = field(default_factory=dict)
    settled: deque[Want] = field(default_factory=deque)
    open: deque[Want] = field(default_factory=deque)
    options: dict[Group, tuple[Candidate, ...]] = field(default_factory=dict)

    def run(self, wants: Iterable[Want]) -> None:
        for want in wants:
            self._enqueue(want)
        dead_ends = 0
        while conflict := self._advance():
            dead_ends += 1
            if dead_ends > _PATIENCE:
                raise UnsatisfiableError(self.candidates.architecture, conflict)
            self._learn(conflict)

    def _advance(self) -> Conflict | None:
        """Settle wants until none is left, or until one cannot be settled."""
        while self.settled or self.open:
            queue = self.settled or self.open
            want = queue[0]
            if not any(self.is_chosen(option) for option in want.options):
                before = _Memory(len(self.trail), tuple(self.settled), tuple(self.open))
                queue.popleft()
                conflict = self._settle(want, before)
                if conflict:
                    return conflict
            else:
                queue.popleft()
        return None

    def _settle(self, want: Want, before: _Memory) -> Conflict | None:
        refusals: list[Refusal] = []
        usable: list[Candidate] = []
        omitted = not want.options and any(each.name in self.omit for each in want.group)
        for option in want.options:
            omitted = self._is_omitted(option, want)
            if omitted or len(usable) == 2:
                break
            refusal = self._refuse(option)
            if refusal:
                refusals.append(refusal)
            else:
                usable.append(option)
        if not usable:
            # Something wants an omitted package, but the manifest does without it.
            return None if omitted else self._conflict(want, refusals)
        if omitted or len(usable) > 1:
            # There is another way, so this is a choice that can be taken back.
            self.memories[usable[0]] = before
            self._choose(_Choice(usable[0], want, None))
        else:
            self._choose(_Choice(usable[0], want, _culprits(want, refusals)))
        return None

    def _conflict(self, want: Want, refusals: Iterable[Refusal]) -> Conflict:
        others = [each for relation in want.group for each in self.candidates.named(relation.name)]
        return Conflict.of(want, refusals, self._path, () if want.options else others)

    def _is_omitted(self, option: Candidate, want: Want) -> bool:
        if want.is_root:
            return False
        if option.name in self.omit:
            return True
        # The name to omit may be virtual: "awk" omits whatever would be taken to provide it.
        return all(each.name != option.name for each in want.group) and any(
            each.name in self.omit and option.satisfies(each, self.candidates.architecture)
            for each in want.group
        )

    def _choose(self, choice: _Choice) -> None:
        candidate = choice.candidate
        self.chosen[candidate.name] = choice
        self.trail.append(choice)
        for name in candidate.names:
            self.standing.setdefault(name, []).append(candidate)
        for name in dict.fromkeys(relation.name for _, relation in candidate.excludes):
            self.excluding.setdefault(name, []).append(candidate)
        for group in self.candidates.needs(candidate):
            self._enqueue(self.want(candidate, group))

    def want(self, wanter: Candidate, group: Group) -> Want:
        """Return the want of a package's dependency."""
        if group not in self.options:
            self.options[group] = self.candidates.options(group)
        return Want(wanter, group, self.options[group])

    def _enqueue(self, want: Want) -> None:
        if not self.candidates.applies(want.group):
            return
        single = len({option.name for option in want.options}) <= 1
        (self.settled if single else self.open).append(want)

    def is_chosen(self, candidate: Candidate) -> bool:
        """Return whether this very version of the package is chosen."""
        choice = self.chosen.get(candidate.name)
        return choice is not None and choice.candidate is candidate

    def _refuse(self, option: Candidate) -> Refusal | None:
        """Return why an option cannot join what is chosen, or None if it can."""
        other = self.chosen.get(option.name)
        if other:
            return Refusal.other_version(option, other.candidate, self._path)
        for word, relation in option.excludes:
            for standing in self.standing.get(relation.name, ()):
                if standing.name != option.name and standing.is_hit_by(relation):
                    return Refusal.excluded(option, standing, (option, word, relation), self._path)
        for name in option.names:
            for owner in self.excluding.get(name, ()):
                for word, relation in owner.excludes:
                    if owner.name != option.name and option.is_hit_by(relation):
                        return Refusal.excluded(option, owner, (owner, word, relation), self._path)
        for known in self.impossible.get(option, ()):
            others = known.together - {option}
            if all(map(self.is_chosen, others)):
                return Refusal.tried(option, others, known.conflict)
        return None

    def _learn(self, conflict: Conflict) -> None:
        """Remember what led to a conflict, and go back to the latest choice among it.

        Raises:
            UnsatisfiableError: no choice led to it.
        """
        together: set[Candidate] = set()
        seen: set[Candidate] = set()
        pending = list(conflict.culprits)
        while pending:
            culprit = pending.pop()
            if culprit in seen:
                continue
            seen.add(culprit)
            because = self.chosen[culprit.name].because
            if because is None:
                together.add(culprit)
            else:
                pending.extend(because)
        if not together:
            raise UnsatisfiableError(self.candidates.architecture, conflict)
        learnt = _Impossible(frozenset(together), conflict)
        for member in together:
            self.impossible.setdefault(member, []).append(learnt)
        latest = next(each for each in reversed(self.trail) if each.candidate in together)
        memory = self.memories[latest.candidate]
        while len(self.trail) > memory.depth:
            self._take_back(self.trail.pop().candidate)
        self.settled, self.open = deque(memory.settled), deque(memory.open)

    def _take_back(self, candidate: Candidate) -> None:
        del self.chosen[candidate.name]
        self.memories.pop(candidate, None)
        for name in candidate.names:
            self.standing[name].remove(candidate)
        for name in dict.fromkeys(relation.name for _, relation in candidate.excludes):
            self.excluding[name].remove(candidate)

    def _path(self, candidate: Candidate) -> tuple[Want, ...]:
        """Return the wants that lead from a root to a chosen package."""
        path: list[Want] = []
        wanter: Candidate | None = candidate
        while wanter is not None:
            want = self.chosen[wanter.name].want
            path.append(want)
            wanter = want.wanter
        return tuple(reversed(path))


def _culprits(want: Want, refusals: Iterable[Refusal]) -> frozenset[Candidate]:
    culprits = {culprit for refusal in refusals for culprit in refusal.culprits}
    return frozenset(culprits | {want.wanter} if want.wanter else culprits)


def _describe(search: _Search, roots: Sequence[RootPackage], wants: Iterable[Want]) -> Resolution:
    packages = sorted((each.candidate for each in search.chosen.values()), key=lambda c: c.name)
    depends: dict[str, dict[str, str]] = {}
    omitted: dict[str, set[str]] = {}
    for package in packages:
        found: dict[str, list[str]] = {}
        groups = search.candidates.needs(package) or package.depends
        for group in filter(search.candidates.applies, groups):
            options = search.want(package, group).options
            there = [option.name for option in options if search.is_chosen(option)]
            if there:
                found.setdefault(there[0], []).append(format_group(group))
            else:
                names = [option.name for option in options] + [each.name for each in group]
                name = next((name for name in names if name in search.omit), group[0].name)
                omitted.setdefault(name, set()).add(package.name)
        found.pop(package.name, None)
        depends[package.name] = {name: ", ".join(found[name]) for name in sorted(found)}
    asked = {root.relation.name for root in roots if root.is_pinned}
    held_back = tuple(
        (package, search.candidates.named(package.name)[0])
        for package in packages
        if search.candidates.rank(package) and package.name not in asked
    )
    return Resolution(
        tuple(packages),
        depends,
        {name: tuple(sorted(wanters)) for name, wanters in sorted(omitted.items())},
        {
            want.group[0].name: want.options[0].name
            for want in wants
            if want.options[0].name != want.group[0].name
        },
        held_back,
    )
