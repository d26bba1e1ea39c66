"""Where a locked package can be fetched; ``rules/private/apt/mirrors.bzl`` is the same in Bazel."""

from __future__ import annotations

from collections.abc import Mapping

from tools.fetch.mirror import base_urls, single_urls
from tools.lock.lockfile.lockfile import Lock, LockedPackage
from tools.lock.manifest import SINGLE_DEBS


def urls_of(
    package: LockedPackage,
    lock: Lock,
    environment: Mapping[str, str],
    apt_directory: str = "/etc/apt",
) -> tuple[str, ...]:
    """Return the URLs of a package, the one to try first first.

    Args:
        package: of the lock; not one of a directory in the workspace.
        lock: the lock.
        environment: for ``PLINTH_MIRRORS``.
        apt_directory: the host's apt configuration.
    """
    if package.archive == SINGLE_DEBS:
        return single_urls(package.filename, environment)
    archive = lock.archives[package.archive]
    bases = base_urls(
        lock.mirror_name(package.archive),
        configured=archive.mirrors,
        stamp=package.snapshot or archive.snapshot,
        environment=environment,
        apt_directory=apt_directory,
    )
    # An epoch's colon is escaped in pool paths, and the escape itself must reach the server.
    path = package.filename.replace("%", "%25")
    return tuple(f"{base}/{path}" for base in bases)
