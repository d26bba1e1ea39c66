"""What is looked up: the packages of an image, or of a lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tools.advisory.finding import Package
from tools.debian.tracker import release_of
from tools.layer.component import normalize
from tools.lock.lockfile.lockfile import Lock
from tools.sbom.distribution import CODENAMES
from tools.sbom.model import Component, ImageContents

_DEBIAN_VERSIONS = {codename: version for version, codename in CODENAMES.items()}
# The names of https://ossf.github.io/osv-schema/#defined-ecosystems
_ECOSYSTEMS = {"alpine": "Alpine", "debian": "Debian", "ubuntu": "Ubuntu", "wolfi": "Wolfi"}


def packages_of_images(images: Iterable[ImageContents]) -> Iterator[Package]:
    """Yield the packages of images that advisories may be about."""
    for image in images:
        for component in image.components:
            if component.kind in {"deb", "apk"}:
                distribution = image.distribution.of_package(component.version)
                release = distribution.codename or CODENAMES.get(distribution.version, "")
                version = distribution.version or _DEBIAN_VERSIONS.get(release, "")
                source, source_version = component.source
                yield Package(
                    name=component.name,
                    ecosystem=_ecosystem(distribution.identifier, version),
                    source=source,
                    version=source_version,
                    # The tracker is Debian's own.
                    release=release if distribution.identifier == "debian" else "",
                    purl=_bare(component),
                )
            elif component.kind in {"pypi", "npm"}:
                is_python = component.kind == "pypi"
                yield Package(
                    name=component.name,
                    ecosystem="PyPI" if is_python else "npm",
                    source=normalize(component.name) if is_python else component.name,
                    version=component.version,
                    release="",
                    purl=_bare(component),
                )


def packages_of_lock(lock: Lock) -> Iterator[Package]:
    """Yield the packages of a lock, of every architecture."""
    for packages in lock.packages.values():
        for package in packages:
            archive = lock.archives[package.archive]
            suite = archive.suites.get(package.suite)
            release = release_of(suite.codename) if suite else ""
            yield Package(
                name=package.name,
                ecosystem=f"Debian:{_DEBIAN_VERSIONS.get(release, release)}",
                source=package.source,
                version=package.source_version,
                release=release,
                purl=f"pkg:deb/debian/{package.name}",
            )


def _ecosystem(distribution: str, version: str) -> str:
    """OSV's name of a release of a distribution."""
    name = _ECOSYSTEMS.get(distribution, distribution)
    if distribution == "wolfi":
        return name  # it has no releases
    if distribution == "alpine":
        return f"{name}:v{'.'.join(version.split('.')[:2])}"
    if distribution == "ubuntu" and version[:2].isdigit():
        # Those of April in even years are supported for long.
        is_long = not int(version[:2]) % 2 and version[2:] == ".04"
        return f"{name}:{version}:LTS" if is_long else f"{name}:{version}"
    return f"{name}:{version}"


def _bare(component: Component) -> str:
    return component.purl.partition("?")[0].rpartition("@")[0]
