"""Explains why a version of a package is not in a lock, by trying that version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tools.debian.relation import Relation
from tools.debian.version import Version
from tools.errors import FormatError, PlinthError
from tools.lock.fetch_indexes import Surroundings, read_all
from tools.lock.manifest import Manifest, RootPackage
from tools.lock.resolve.candidates import Candidates
from tools.lock.resolve.conflict import UnsatisfiableError
from tools.lock.resolve.resolver import resolve


class QuestionError(PlinthError):
    """What was asked about is not ``PACKAGE=VERSION``.

    Attributes:
        question: what was asked.
    """

    def __init__(self, question: str) -> None:
        self.question = question
        super().__init__(
            f'"{question}" is not PACKAGE=VERSION\n  Write for example: --why-not libc6=2.42-1'
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The reason against a version, on one architecture.

    Attributes:
        architecture: which.
        is_possible: whether there is none, so that the manifest could pin it.
        reason: in words, several lines perhaps.
    """

    architecture: str
    is_possible: bool
    reason: str


def why_not(question: str, manifest: Manifest, surroundings: Surroundings) -> list[Answer]:
    """Try to add a version of a package to everything that the manifest wants.

    Raises:
        QuestionError: the question is not ``PACKAGE=VERSION``.
        PlinthError: the manifest cannot be resolved to begin with.
    """
    name, _, version = question.partition("=")
    try:
        wanted = Version(version.strip())
    except FormatError:
        raise QuestionError(question) from None
    relation = Relation(name.strip(), "", "=", str(wanted))
    if not relation.name:
        raise QuestionError(question)

    def work(candidates: Candidates, roots: Sequence[RootPackage]) -> Answer:
        return _answer(relation, candidates, roots, manifest.omit)

    results = read_all(manifest, surroundings, work).results
    return [results[architecture] for architecture in sorted(results)]


def _answer(
    relation: Relation, candidates: Candidates, roots: Sequence[RootPackage], omit: frozenset[str]
) -> Answer:
    architecture = candidates.architecture
    there = candidates.named(relation.name)
    option = next((each for each in there if relation.accepts(each.version)), None)
    if option is None:
        listed = ", ".join(f"{each.version} ({each.archive} {each.suite})" for each in there)
        known = f"they have {listed}" if listed else "they have no package of that name"
        return Answer(architecture, False, f"no index of the manifest has it; {known}")
    others = [root for root in roots if root.relation.name != relation.name]
    pins = [str(root) for root in roots if root.relation.name == relation.name and root.is_pinned]
    chosen = {each.name: each for each in resolve(roots, candidates, omit=omit).packages}
    if chosen.get(option.name) is option:
        return Answer(architecture, True, "it would be chosen now")
    try:
        resolve([*others, RootPackage(relation)], candidates, omit=omit)
    except UnsatisfiableError as error:
        # The message names the architecture itself, and ends with a cure for manifests.
        text = str(error).removeprefix(f"{architecture}: ").rpartition("\n")[0]
        return Answer(architecture, False, text)
    if pins:
        return Answer(architecture, True, f"the manifest wants {pins[0]}; nothing else is against")
    best = there[0]
    if best is option:
        reason = "nothing that the manifest wants needs it"
        now = chosen.get(option.name)
        if now:
            reason = f"{now.version} is chosen, because of what others need"
    elif best.suite_priority > option.suite_priority:
        reason = (
            f"{best.version} of {best.suite} is preferred, whose priority is "
            f"{best.suite_priority}; {option.suite} has {option.suite_priority}"
        )
    else:
        reason = f"{best.version} of {best.suite} is newer"
    return Answer(
        architecture,
        True,
        f'{reason}; to have it, write "{relation}" under packages:',
    )
