"""Explains why packages cannot be locked together: who wants what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tools.debian.relation import Group, Relation, format_group
from tools.errors import PlinthError
from tools.lock.resolve.candidates import Candidate


@dataclass(frozen=True, eq=False, slots=True)
class Want:
    """Something that must be satisfied.

    Attributes:
        wanter: the package whose dependency it is; None for a root of the manifest.
        group: the alternatives, as written.
        options: the candidates that would satisfy it, the preferred one first.
    """

    wanter: Candidate | None
    group: Group
    options: tuple[Candidate, ...]

    @property
    def is_root(self) -> bool:
        """Whether the manifest itself wants it."""
        return self.wanter is None

    def __str__(self) -> str:
        return format_group(self.group)


PathOf = Callable[[Candidate], Sequence[Want]]
"""How a chosen package came to be chosen: the wants from a root to it."""


Exclusion = tuple[Candidate, str, Relation]
"""A package, its field Conflicts or Breaks, and one relation of that field."""


@dataclass(frozen=True, eq=False, slots=True)
class Refusal:
    """Why one option of a want could not be taken.

    Attributes:
        option: the candidate.
        culprits: the chosen packages that are against it.
        reason: in words.
        paths: how those packages came to be chosen.
        conflict: what happened when it was tried, if it was.
    """

    option: Candidate
    culprits: frozenset[Candidate]
    reason: str
    paths: tuple[str, ...] = ()
    conflict: Conflict | None = None

    @classmethod
    def other_version(cls, option: Candidate, chosen: Candidate, path_of: PathOf) -> Refusal:
        """Say that the same package is chosen in another version."""
        return cls(
            option,
            frozenset({chosen}),
            f"{option.name} {option.version} will not do, {chosen.version} is already chosen",
            (_format_path(path_of(chosen)),),
        )

    @classmethod
    def excluded(
        cls, option: Candidate, chosen: Candidate, exclusion: Exclusion, path_of: PathOf
    ) -> Refusal:
        """One of the two conflicts with the other."""
        owner, word, relation = exclusion
        other = chosen if owner is option else option
        also = "" if other.name == relation.name else f" (which {other.name} provides)"
        verb = "conflicts with" if word == "Conflicts" else "breaks"
        return cls(
            option,
            frozenset({chosen}),
            f"{owner} {verb} {relation}{also}, and {chosen} is already chosen",
            (_format_path(path_of(chosen)),),
        )

    @classmethod
    def tried(cls, option: Candidate, others: frozenset[Candidate], conflict: Conflict) -> Refusal:
        """Note that it was tried, and led into a conflict."""
        return cls(option, others, f"{option} leads to another problem:", (), conflict)


@dataclass(frozen=True, eq=False, slots=True)
class Conflict:
    """A want that cannot be satisfied.

    Attributes:
        want: the want.
        refusals: why not, for each of its options.
        path: how its wanter came to be chosen.
        others: packages of that name that do not satisfy the want.
    """

    want: Want
    refusals: tuple[Refusal, ...]
    path: str
    others: tuple[Candidate, ...] = ()

    @classmethod
    def of(
        cls,
        want: Want,
        refusals: Iterable[Refusal],
        path_of: PathOf,
        others: Iterable[Candidate] = (),
    ) -> Conflict:
        """Return a conflict at this moment of the search."""
        path = _format_path((*path_of(want.wanter), want)) if want.wanter else _format_path((want,))
        return cls(want, tuple(refusals), path, tuple(others))

    @property
    def culprits(self) -> frozenset[Candidate]:
        """The chosen packages without which it would not be one."""
        culprits = {culprit for refusal in self.refusals for culprit in refusal.culprits}
        return frozenset(culprits | {self.want.wanter} if self.want.wanter else culprits)


class UnsatisfiableError(PlinthError):
    """The packages of a manifest cannot be locked together.

    Attributes:
        architecture: the one being resolved.
        conflict: what cannot be satisfied.
    """

    def __init__(self, architecture: str, conflict: Conflict) -> None:
        self.architecture = architecture
        self.conflict = conflict
        root = conflict
        while len(root.refusals) == 1 and root.refusals[0].conflict:
            root = root.refusals[0].conflict
        lines = _explain(root, depth=0)
        if any(each.refusals for each in _all(root)):
            cure = "Remove one of the packages, or pin a version that goes with the others."
        else:
            cure = (
                "Add the suite or archive that has it; or, if only maintainer scripts need it, "
                "name it under omit:."
            )
        super().__init__("\n".join([f"{architecture}: {lines[0]}", *lines[1:], f"  {cure}"]))


_DEEPEST = 4
_MOST_OPTIONS = 5


def _explain(conflict: Conflict, depth: int) -> list[str]:
    want = conflict.want
    who = f"{want.wanter} needs {want}" if want.wanter else f"{want} is wanted"
    margin = "    " * (depth + 1)
    if not want.options:
        there = ", ".join(f"{each} ({each.archive} {each.suite})" for each in conflict.others)
        return [
            f"{who}, and no archive has that",
            *([f"{margin}there is: {there}"] if there else []),
            f"{margin}wanted by: {conflict.path}",
        ]
    lines = [f"{who}, but:"]
    for refusal in conflict.refusals[:_MOST_OPTIONS]:
        lines.append(f"{margin}{refusal.reason}")
        lines += [f"{margin}    chosen for: {path}" for path in refusal.paths]
        if refusal.conflict and depth < _DEEPEST:
            inner = _explain(refusal.conflict, depth + 1)
            lines += [f"{margin}    {inner[0]}", *inner[1:]]
    more = len(conflict.refusals) - _MOST_OPTIONS
    if more > 0:
        lines.append(f"{margin}… and {more} other options fail likewise")
    lines.append(f"{margin}wanted by: {conflict.path}")
    return lines


def _all(conflict: Conflict) -> list[Conflict]:
    found = [conflict]
    for refusal in conflict.refusals:
        if refusal.conflict:
            found += _all(refusal.conflict)
    return found


def _format_path(path: Sequence[Want]) -> str:
    """``manifest → python3.13 → libpython3.13-stdlib (= 3.13.5-2) → …``."""
    return " → ".join(["manifest", *(str(want) for want in path)])
