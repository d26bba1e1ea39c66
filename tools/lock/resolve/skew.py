"""Finds packages whose versions differ between architectures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tools.lock.resolve.resolver import Resolution


@dataclass(frozen=True, slots=True)
class Skew:
    """One ``Multi-Arch: same`` package in different versions, which dpkg would not co-install.

    Mostly a security update that some architectures have not built yet.

    Attributes:
        versions: architectures by version, both sorted.
    """

    name: str
    versions: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        places = [f"{version} on {', '.join(where)}" for version, where in self.versions.items()]
        return f"{self.name} is not at one version everywhere: {'; '.join(places)}"


def find_skew(resolutions: Mapping[str, Resolution]) -> tuple[Skew, ...]:
    """Find packages whose files should be the same on all architectures, and are not.

    Rebuilds of the same source on one architecture (``+b1``) do not count.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for architecture, resolution in sorted(resolutions.items()):
        for package in resolution.packages:
            if package.multi_arch == "same":
                versions = found.setdefault(package.name, {})
                versions.setdefault(package.source[1], []).append(architecture)
    return tuple(
        Skew(name, {version: tuple(versions[version]) for version in sorted(versions)})
        for name, versions in sorted(found.items())
        if len(versions) > 1
    )
