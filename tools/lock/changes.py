"""What is different between two locks, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tools.debian.version import Version
from tools.lock.lockfile import Lock, LockedPackage


def describe_changes(old: Lock | None, new: Lock) -> list[str]:
    """Lines that say what a new lock brings.

    A change that is the same on several architectures is one line.

    Args:
        old: None when there was no lock.
        new: the new one.
    """
    lines: dict[str, list[str]] = {}
    for architecture, packages in sorted(new.packages.items()):
        before = _by_name(old.packages.get(architecture, ()) if old else ())
        for line in _compare(before, _by_name(packages)):
            lines.setdefault(line, []).append(architecture)
    gone = sorted(set(old.packages) - set(new.packages)) if old else []
    everywhere = len(new.packages)
    return [
        *(
            line if len(where) == everywhere else f"{line}  [{', '.join(where)}]"
            for line, where in sorted(lines.items(), key=lambda item: item[0][2:])
        ),
        *(f"- architecture {architecture}" for architecture in gone),
    ]


def describe_size(lock: Lock) -> list[str]:
    """One line per architecture: how many packages, how many megabytes to download."""
    return [
        f"{architecture}: {len(packages)} packages, "
        f"{sum(package.size for package in packages) / 1_000_000:.1f} MB"
        for architecture, packages in sorted(lock.packages.items())
    ]


def _compare(
    before: Mapping[str, LockedPackage], after: Mapping[str, LockedPackage]
) -> Iterable[str]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            yield f"+ {name} {new.version}"
        elif new is None and old is not None:
            yield f"- {name} {old.version}"
        elif old is not None and new is not None and old.version != new.version:
            word = "" if Version(old.version) < Version(new.version) else "  (older!)"
            yield f"* {name} {old.version} -> {new.version}{word}"
        elif old is not None and new is not None and old.sha256 != new.sha256:
            yield f"* {name} {new.version}: the same version, but other bytes"


def _by_name(packages: Iterable[LockedPackage]) -> dict[str, LockedPackage]:
    return {package.name: package for package in packages}
