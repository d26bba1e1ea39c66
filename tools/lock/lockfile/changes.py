"""The differences between two locks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tools.debian.version import Version
from tools.effects.description import describe
from tools.lock.lockfile.lockfile import Lock, LockedPackage


@dataclass(frozen=True, slots=True)
class PackageChange:
    """The change of one package, on the architectures that have this same change.

    Attributes:
        old: the package before, on the first of the architectures; None if it was not there.
        new: the package now; None if it is no longer there.
        size_change: of the download, in bytes, by architecture.
    """

    old: LockedPackage | None
    new: LockedPackage | None
    size_change: dict[str, int]

    @property
    def name(self) -> str:
        """Of the package."""
        return self._any.name

    @property
    def architectures(self) -> list[str]:
        """The architectures, sorted."""
        return sorted(self.size_change)

    @property
    def is_older(self) -> bool:
        """Whether the new version is lower than the old one."""
        return bool(self.old and self.new and Version(self.new.version) < Version(self.old.version))

    def __str__(self) -> str:
        if self.old is None:
            return f"+ {self.name} {self._any.version}"
        if self.new is None:
            return f"- {self.name} {self.old.version}"
        if self.old.version == self.new.version:
            return f"* {self.name} {self.new.version}: the same version, but other bytes"
        older = "  (older!)" if self.is_older else ""
        return f"* {self.name} {self.old.version} -> {self.new.version}{older}"

    def effect_lines(self) -> list[str]:
        """Return how its effects differ, where both locks record them."""
        if not self.old or not self.new or None in (self.old.effects, self.new.effects):
            return []
        old, new = _described(self.old), _described(self.new)
        return [f"    - {text}" for text in old if text not in new] + [
            f"    + {text}" for text in new if text not in old
        ]

    def data(self) -> dict[str, Any]:
        """For programs."""
        effects = [line.strip() for line in self.effect_lines()]
        return {
            **({"effects": effects} if effects else {}),
            "package": self.name,
            "source": self._any.source,
            "old": self.old.version if self.old else None,
            "new": self.new.version if self.new else None,
            "architectures": self.architectures,
            "size_change": self.size_change,
        }

    @property
    def _any(self) -> LockedPackage:
        package = self.new or self.old
        if package is None:  # pragma: no cover
            raise AssertionError
        return package


def find_changes(old: Lock | None, new: Lock) -> list[PackageChange]:
    """List what happened to packages, by name; the same on several architectures is one change.

    Args:
        old: None when there was no lock.
        new: the new one.
    """
    found: dict[tuple[str, str, str], PackageChange] = {}
    for architecture in sorted({*new.packages, *(old.packages if old else ())}):
        before = _by_name(old.packages.get(architecture, ()) if old else ())
        after = _by_name(new.packages.get(architecture, ()))
        for name in sorted(before.keys() | after.keys()):
            was, is_now = before.get(name), after.get(name)
            if was and is_now and (was.version, was.sha256) == (is_now.version, is_now.sha256):
                continue
            versions = (was.version if was else "", is_now.version if is_now else "")
            change = found.setdefault((name, *versions), PackageChange(was, is_now, {}))
            size = (is_now.size if is_now else 0) - (was.size if was else 0)
            change.size_change[architecture] = size
    return [found[key] for key in sorted(found)]


def describe_changes(old: Lock | None, new: Lock) -> list[str]:
    """Return lines that describe the changes, as :func:`find_changes` finds them."""
    everywhere = sorted({*new.packages, *(old.packages if old else ())})
    return [
        line
        for change in find_changes(old, new)
        for line in (
            str(change)
            if change.architectures == everywhere
            else f"{change}  [{', '.join(change.architectures)}]",
            *change.effect_lines(),
        )
    ]


def describe_size(lock: Lock) -> list[str]:
    """One line per architecture: how many packages, how many megabytes to download."""
    return [
        f"{architecture}: {len(packages)} packages, {total_size(packages) / 1_000_000:.1f} MB"
        for architecture, packages in sorted(lock.packages.items())
    ]


def total_size(packages: Iterable[LockedPackage]) -> int:
    """Bytes to download."""
    return sum(package.size for package in packages)


def _described(package: LockedPackage) -> list[str]:
    """Return the effects of a package without their lines, which move when a script is edited."""
    effects = package.effects or ()
    wanted = [effect for effect in effects if effect["kind"] not in {"needless", "trigger"}]
    return [re.sub(r":\d+\)", ")", describe(effect), count=1) for effect in wanted]


def _by_name(packages: Iterable[LockedPackage]) -> dict[str, LockedPackage]:
    return {package.name: package for package in packages}
