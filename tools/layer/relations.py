"""Checks that packages of one lock fit those of another lock below them.

Within a lock, the resolver has ensured it. A package that is already below stays in its version, so
relations to it must be checked again.
"""

from __future__ import annotations

from tools.debian.relation import Group, Relation, format_group, parse_relations
from tools.debian.version import Version
from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tools.layer.facts import PackageFacts


class RelationError(PlinthError):
    """A package asks for another version than the one below.

    Attributes:
        package: name of the one that asks.
        below: name of the one that is too old, or too new.
    """

    def __init__(self, package: PackageFacts, below: PackageFacts, group: str) -> None:
        self.package = package["name"]
        self.below = below["name"]
        super().__init__(
            f"{package['name']} {package['version']} depends on {group}, but"
            f" {below['name']} {below['version']} is below\n"
            "  take both from one lock, or make both locks again at the same date; on a base that"
            " another tool has made, take packages of its own release"
        )


def check_relations(
    packages: Sequence[PackageFacts], below: Iterable[PackageFacts], kept: Collection[str]
) -> None:
    """Check relations to packages that are below in another version than in the lock.

    Debian Policy 7.1 and 7.2: of the alternatives of a dependency, one must hold. Dependencies
    that name none of ``kept`` are those of the lock, which was resolved.

    Args:
        packages: facts of the packages of a layer.
        below: facts of the packages below it.
        kept: names of packages below whose version is another than in the lock of ``packages``.

    Raises:
        RelationError: a dependency does not hold.
    """
    present = [*below, *packages]
    for package in packages:
        depends = package.get("depends", "")
        if not any(name in depends for name in kept):
            continue
        for group in parse_relations(depends):
            names = [relation.name for relation in group if relation.name in kept]
            if names and not holds(group, present):
                found = next(item for item in present if item["name"] == names[0])
                raise RelationError(package, found, format_group(group))


def holds(group: Group, present: Collection[PackageFacts]) -> bool:
    """Return whether one of the alternatives of a dependency is among the packages."""
    return any(_satisfies(package, relation) for relation in group for package in present)


def _satisfies(package: PackageFacts, relation: Relation) -> bool:
    if package["name"] == relation.name:
        return relation.accepts(Version(package["version"]))
    if relation.name not in package.get("provides", ""):
        return False
    # Debian Policy 7.5: a relation with a version needs a provision with one.
    return any(
        provided.name == relation.name
        and (
            not relation.operator
            or (bool(provided.version) and relation.accepts(Version(provided.version)))
        )
        for group in parse_relations(package["provides"])
        for provided in group
    )
