"""Explains why a package is in a lock: every path from the manifest to it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.effects.description import describe
from tools.errors import PlinthError
from tools.lock.lockfile.lockfile import Lock, LockedPackage
from tools.lock.suggestion import did_you_mean


class NotLockedError(PlinthError):
    """A package to be explained is not in the lock.

    Attributes:
        name: of the package.
    """

    def __init__(self, name: str, known: Collection[str]) -> None:
        self.name = name
        cure = did_you_mean(name, known) or f"It has {len(known)} packages, under other names."
        super().__init__(f'the lock has no package "{name}"\n  {cure}')


@dataclass(frozen=True, slots=True)
class Wanter:
    """One package that wants the explained one, directly or not.

    Attributes:
        name: of the wanting package; empty for the manifest.
        wants: the text of the dependency.
        wanters: who wants the wanter; empty if an earlier line shows it.
        is_repeated: whether one does.
    """

    name: str
    wants: str
    wanters: tuple[Wanter, ...] = ()
    is_repeated: bool = False

    def data(self) -> dict[str, Any]:
        """For programs."""
        if not self.name:
            return {"manifest": self.wants}
        data: dict[str, Any] = {"package": self.name, "wants": self.wants}
        return (
            data
            if self.is_repeated
            else {**data, "wanted_by": [each.data() for each in self.wanters]}
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a package is in a lock, or what wanted it although it is omitted.

    Attributes:
        version: the locked one; empty if it was left out.
        architectures: those for which it is true.
        wanters: of the package.
        effects: of installing it, as JSON; None if the lock does not record them.
    """

    name: str
    version: str
    architectures: tuple[str, ...]
    wanters: tuple[Wanter, ...]
    effects: tuple[Mapping[str, Any], ...] | None = None

    def lines(self) -> list[str]:
        """Return a tree for people, which has each package once and so shows every path."""
        what = self.version or "left out, though wanted"
        return [
            f"{self.name}: {what}  [{', '.join(self.architectures)}]",
            *_tree(self.wanters, ""),
            *(f"effect: {describe(effect)}" for effect in self.effects or ()),
        ]

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "package": self.name,
            "version": self.version or None,
            "architectures": list(self.architectures),
            "wanted_by": [wanter.data() for wanter in self.wanters],
            **({} if self.effects is None else {"effects": list(self.effects)}),
        }


def explain(name: str, lock: Lock, roots: Mapping[str, str]) -> list[Explanation]:
    """Explain why a package is there; architectures with the same answer share one.

    Args:
        name: of the package.
        lock: the lock.
        roots: what the manifest asks for, as it is written, by name.

    Raises:
        NotLockedError: it is in no architecture, and nothing wanted it.
    """
    found: dict[tuple[str, tuple[Wanter, ...], str], list[str]] = {}
    recorded: dict[str, tuple[Mapping[str, Any], ...] | None] = {}
    for architecture, packages in sorted(lock.packages.items()):
        locked = {package.name: package for package in packages}
        if name in locked:
            effects = locked[name].effects
            key = json.dumps(effects)
            recorded[key] = effects
            answer = (locked[name].version, _wanters(name, packages, roots, {name}), key)
        elif name in lock.omitted.get(architecture, {}):
            shown = {name}
            wanters = tuple(
                _wanter(wanter, name, packages, roots, shown)
                for wanter in lock.omitted[architecture][name]
            )
            answer = ("", wanters, "")
        else:
            continue
        found.setdefault(answer, []).append(architecture)
    if not found:
        known = {package.name for packages in lock.packages.values() for package in packages}
        raise NotLockedError(name, known)
    return [
        Explanation(name, version, tuple(architectures), wanters, recorded.get(key))
        for (version, wanters, key), architectures in found.items()
    ]


def _wanters(
    name: str, packages: Sequence[LockedPackage], roots: Mapping[str, str], shown: set[str]
) -> tuple[Wanter, ...]:
    direct = [Wanter("", roots[name])] if name in roots else []
    wanting = [
        _wanter(package.name, package.depends[name], packages, roots, shown)
        for package in packages
        if name in package.depends
    ]
    if not direct and not wanting:
        # Only a virtual root can have brought it in.
        locked = {package.name for package in packages}
        direct = [Wanter("", text) for root, text in roots.items() if root not in locked]
    return (*direct, *wanting)


def _wanter(
    name: str,
    wants: str,
    packages: Sequence[LockedPackage],
    roots: Mapping[str, str],
    shown: set[str],
) -> Wanter:
    if name in shown:
        return Wanter(name, wants, is_repeated=True)
    shown.add(name)
    return Wanter(name, wants, _wanters(name, packages, roots, shown))


def _tree(wanters: Sequence[Wanter], margin: str) -> list[str]:
    lines = []
    for wanter in wanters:
        last = wanter is wanters[-1]
        branch, below = ("└─ ", "   ") if last else ("├─ ", "│  ")
        if wanter.name:
            again = "  (see above)" if wanter.is_repeated else ""
            lines.append(f"{margin}{branch}{wanter.name} needs {wanter.wants}{again}")
        else:
            lines.append(f"{margin}{branch}the manifest wants {wanter.wants}")
        lines += _tree(wanter.wanters, margin + below)
    return lines
