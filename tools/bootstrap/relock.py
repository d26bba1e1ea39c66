"""Resolves packages again after the pinned ones have left the mirrors."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping
from datetime import datetime, timezone

from tools.errors import PlinthError
from tools.fetch.download import Downloader


class RelockError(PlinthError):
    """This Python cannot make a lock."""

    def __init__(self) -> None:
        version = ".".join(map(str, sys.version_info[:2]))
        super().__init__(
            f"pinned packages have left the mirrors, and Python {version} is too old to resolve "
            "them again\n"
            "  Use Python 3.11 or newer, or a newer revision of this repository."
        )


def relock(
    repository: str, name: str, lock: str, architecture: str, environment: Mapping[str, str]
) -> None:
    """Write a new lock; its chain of trust is that of every lock, from the signing keys.

    Args:
        repository: the root of Plinth's source tree, with the manifest and the pinned lock.
        name: of the manifest and the lock in ``tools/bootstrap``.
        lock: the file to write.
        architecture: the only one that is needed.
        environment: for mirrors.

    Raises:
        PlinthError: a signature is bad, no program can verify one, or packages are missing.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - bazelw starts on older ones, too
        raise RelockError
    # Imported only here, because that room needs a newer Python.
    from tools.lock.lockfile.changes import describe_changes  # noqa: PLC0415
    from tools.lock.lockfile.lockfile import read_lock, write_lock  # noqa: PLC0415
    from tools.lock.make_lock import Surroundings, make_lock  # noqa: PLC0415
    from tools.lock.manifest import read_manifest  # noqa: PLC0415

    here = os.path.join(repository, "tools/bootstrap")
    manifest = read_manifest(os.path.join(here, f"{name}.json"))
    pinned = read_lock(os.path.join(here, f"{name}.lock.json"))
    pinned = dataclasses.replace(pinned, packages={architecture: pinned.packages[architecture]})
    made = make_lock(
        dataclasses.replace(manifest, architectures=(architecture,)),
        Surroundings(
            downloader=Downloader(),
            environment=environment,
            apt_directory="/etc/apt",
            now=datetime.now(timezone.utc),  # noqa: UP017 - likewise
            # No mirror can serve packages that are older than the pinned ones.
            previous=pinned,
        ),
    )
    write_lock(lock, made.lock)
    for line in describe_changes(pinned, made.lock):
        print(line, file=sys.stderr)
