"""What the manifest asks for by name, looked up in the indexes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from tools.debian.relation import Relation
from tools.errors import PlinthError
from tools.lock.manifest import Manifest, RootPackage
from tools.lock.resolve.candidates import Candidate, Candidates
from tools.lock.resolve.conflict import Want
from tools.lock.suggestion import did_you_mean


class UnknownPackageError(PlinthError):
    """A name in the manifest that no index has, or only in other versions.

    Attributes:
        architecture: the one being resolved.
        problems: for each name, what is wrong and what to do.
        places: for each name, where the manifest has it, if that is known.
    """

    def __init__(
        self,
        architecture: str,
        problems: Mapping[str, tuple[str, str]],
        places: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.architecture = architecture
        self.problems = dict(problems)
        self.places = dict(places)
        lines = []
        for name, (problem, cure) in problems.items():
            words = (places.get(name), architecture, problem)
            lines.append(f"{': '.join(filter(None, words))}\n  {cure}")
        super().__init__("\n".join(lines))


def root_wants(roots: Sequence[RootPackage], candidates: Candidates) -> list[Want]:
    """Return the wants of a manifest, in an order that does not depend on the manifest's.

    Raises:
        UnknownPackageError: names that cannot be had, all of them at once.
    """
    wants = []
    problems: dict[str, tuple[str, str]] = {}
    for root in sorted(roots, key=str):
        relation = root.relation
        if not relation.applies_to(candidates.architecture):
            continue
        options = _options(root, candidates)
        providers = sorted({option.name for option in options})
        if not options:
            problems[relation.name] = _missing(root, candidates)
        elif relation.name not in providers and len(providers) > 1:
            problems[relation.name] = (
                f'"{relation.name}" is a virtual package, and several packages provide it',
                f"Name one of them: {', '.join(providers)}.",
            )
        else:
            wants.append(Want(None, (relation,), options))
    if problems:
        places = {root.relation.name: root.place for root in roots}
        raise UnknownPackageError(candidates.architecture, problems, places)
    return wants


def _options(root: RootPackage, candidates: Candidates) -> tuple[Candidate, ...]:
    """Return what a root may be: the package of that name, else those that provide it.

    As apt-get(8) does: another package's Provides is no substitute for what was asked for.
    """
    name = root.relation.name
    is_real = bool(candidates.named(name))
    return tuple(
        option
        for option in candidates.options((root.relation,))
        if (option.name == name or not is_real) and root.suite in ("", option.suite)
    )


def essential_roots(manifest: Manifest, candidates: Candidates) -> list[RootPackage]:
    """Return what a manifest wants of the packages that Debian takes to be on every system.

    Raises:
        UnknownPackageError: it names packages that are none of them.
    """
    if manifest.all_essential:
        names = (name for name in candidates.essential() if name not in manifest.omit)
        return [RootPackage(Relation(name)) for name in names]
    others = [
        root
        for root in manifest.essential
        if candidates.named(root.relation.name) and not candidates.is_essential(root.relation.name)
    ]
    if others:
        problems = {
            root.relation.name: (
                f'"{root}" under essential: is not one of the essential packages',
                "Name it under packages: instead.",
            )
            for root in others
        }
        places = {root.relation.name: root.place for root in others}
        raise UnknownPackageError(candidates.architecture, problems, places)
    return list(manifest.essential)


def check_omitted(unknown: Collection[str], known: Collection[str]) -> None:
    """Refuse names to omit that no architecture has, because they omit nothing.

    Args:
        unknown: names under ``omit`` that no architecture has.
        known: names that one has.

    Raises:
        UnknownPackageError: there are such names; it lists all of them.
    """
    problems = {
        name: (
            f'"{name}" under omit: is no package of any index',
            did_you_mean(name, known) or "Remove it.",
        )
        for name in sorted(unknown)
    }
    if problems:
        raise UnknownPackageError("all architectures", problems)


def _missing(root: RootPackage, candidates: Candidates) -> tuple[str, str]:
    name = root.relation.name
    there: list[Candidate] = candidates.named(name)
    if there:
        versions = ", ".join(f"{each.version} ({each.archive} {each.suite})" for each in there)
        return (
            f'"{root}" is wanted, but {name} is there only in other versions',
            f"There are: {versions}.",
        )
    # A library that is rebuilt for another ABI gets a new name: libssl3, libssl3t64.
    renamed = [each for each in (f"{name}t64", name.removesuffix("t64")) if each != name]
    close = next((each for each in renamed if candidates.named(each)), None)
    return (
        f'there is no package "{name}" in any index of the manifest',
        f'Did you mean "{close}"?'
        if close
        else did_you_mean(name, set(candidates.names()))
        or "Check the name, and that its suite and component are in the manifest.",
    )
