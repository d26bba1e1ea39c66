"""The packages of an image with their effects, in the order in which dpkg would configure them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from tools.layer import facts
    from tools.layer.facts import Entry, Facts


_FIRST = ("base-files", "base-passwd")


class ConfiguredPackage:
    """A package.

    Attributes:
        name: of it.
        effects: what installing it does, as ``tools/effects/effect.py`` has it in JSON.
        depends: names of packages, and of what they provide, that it depends on.
        provides: names that it provides.
        version: of it.
        is_own: whether the layer that is being made brings it; the others are configured.
        is_completed: whether the layer brings the rest of it.
    """

    __slots__ = (
        "_entries",
        "_origin",
        "depends",
        "effects",
        "is_completed",
        "is_own",
        "name",
        "provides",
        "version",
    )

    def __init__(
        self,
        facts: facts.PackageFacts,
        effects: list[dict[str, Any]],
        entries: list[Entry],
        *,
        origin: str = "",
        is_own: bool = False,
    ) -> None:
        self.name: str = facts["name"]
        self.effects = effects
        self.depends = _names(facts.get("depends", ""))
        self.provides = _names(facts.get("provides", ""))
        self.version: str = facts["version"]
        self.is_own = is_own
        self.is_completed = False
        self._entries = entries
        self._origin = origin

    @property
    def entries(self) -> Iterator[Entry]:
        """The files of the package."""
        for entry in self._entries:
            if not self._origin or entry["origin"] == self._origin:
                yield entry


def packages_of(below: Iterable[Facts], own: Iterable[Facts]) -> list[ConfiguredPackage]:
    """Return the packages of layers and fragments, each after those it depends on.

    Args:
        below: layer.json of layers, lowest first.
        own: facts of the fragments of the layer that is being made.
    """
    own = list(own)
    found: list[ConfiguredPackage] = []
    for layer in below:
        effects: dict[str, Any] = layer.get("effects", {})
        origins = {item["package"]: item["origin"] for item in layer["fragments"]}
        found += [
            ConfiguredPackage(
                facts,
                effects.get(facts["name"], []),
                layer["entries"],
                origin=origins.get(facts["name"], facts["name"]),
            )
            for facts in layer["packages"]
        ]
    completed = {facts.get("completes") for facts in own}
    for package in found:
        package.is_completed = package.name in completed
    found += [
        ConfiguredPackage(facts["package"], facts.get("effects", []), facts["entries"], is_own=True)
        for facts in own
        if facts["package"]
    ]
    return _ordered(found)


def _ordered(packages: list[ConfiguredPackage]) -> list[ConfiguredPackage]:
    """Dependencies first; where they form a circle, and otherwise, by name.

    Debian's installers configure ``_FIRST`` before anything else, since all else relies on them.
    """
    by_name: dict[str, ConfiguredPackage] = {}
    for package in sorted(packages, key=lambda package: package.name):
        for name in package.provides:
            by_name.setdefault(name, package)
    by_name.update({package.name: package for package in packages})
    done = {name: by_name[name] for name in _FIRST if name in by_name}
    for start in sorted(packages, key=lambda package: package.name):
        pending = [(start, iter(start.depends))]
        begun = {start.name}
        while pending:
            package, names = pending[-1]
            following = next(names, None)
            if following is None:
                pending.pop()
                done.setdefault(package.name, package)
            else:
                needed = by_name.get(following)
                if needed and needed.name not in done and needed.name not in begun:
                    begun.add(needed.name)
                    pending.append((needed, iter(needed.depends)))
    return list(done.values())


def _names(relations: str) -> list[str]:
    """Return the names in a field of relations, Debian Policy 7.1."""
    return [
        item.split()[0].partition(":")[0]
        for item in relations.replace("|", ",").replace("(", " (").split(",")
        if item.strip()
    ]
