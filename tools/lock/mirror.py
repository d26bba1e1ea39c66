"""All packages of locks in one directory, which serves as their mirror.

For builds without a network: copy the directory to the other side, and point ``PLINTH_MIRRORS``
at it. ``bazel run //tools/lock:mirror -- --lock L --out DIR``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from tools.command.parser import command_parser
from tools.errors import PlinthError
from tools.fetch.download import Download, Downloader
from tools.fetch.progress import Progress
from tools.lock.lockfile.lockfile import Lock, LockedPackage, read_lock
from tools.lock.lockfile.urls import urls_of
from tools.lock.manifest import SINGLE_DEBS


class PoolError(PlinthError):
    """The directory cannot be made."""


def main(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str] = os.environ,
    output: TextIO | None = None,
) -> int:
    """Run the program; see :func:`tools.lock.cli.main` for arguments and exit status."""
    options = _parser().parse_args(arguments)
    start = environment.get("BUILD_WORKSPACE_DIRECTORY", "")
    out = output or sys.stdout
    try:
        locks = [read_lock(os.path.join(start, path)) for path in options.lock]
        directory = os.path.abspath(os.path.join(start, options.out))
        count, size = _fill(directory, locks, options.architecture, environment)
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    archives = sorted(
        {
            lock.mirror_name(name)
            for lock in locks
            for name, each in lock.archives.items()
            if not each.directory
        }
    )
    print(
        f"{directory}: {count} packages, {size / 1_000_000:.1f} MB. Build from it with:", file=out
    )
    mirrors = " ".join(f"{name}=file://{directory}/{name}" for name in archives)
    print(f'  PLINTH_MIRRORS="{mirrors}"', file=out)
    return 0


def pool_path(package: LockedPackage, lock: Lock) -> str:
    """Return the path of a package in a pool directory: below its archive's name, as on a mirror.

    A package of its own URL is below ``url``, its host and its path.
    """
    path = package.filename
    if package.archive == SINGLE_DEBS:
        path = path.partition("://")[2]
    return f"{lock.mirror_name(package.archive)}/{path}"


_EXAMPLES = """\
examples:
  --lock packages.lock.json --out pool
  --lock a.lock.json --lock b.lock.json --architecture amd64 --out pool
"""


def _parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "mirror",
        "Fetches all packages of a lock into a directory that serves as a mirror, for builds "
        "without a network. Files that are already there are not fetched again.",
        _EXAMPLES,
    )
    parser.add_argument(
        "--lock", action="append", required=True, metavar="FILE", help="a lock; may be repeated"
    )
    parser.add_argument("--out", required=True, metavar="DIRECTORY", help="the directory to fill")
    parser.add_argument(
        "--architecture", action="append", help="only this one; may be repeated (default: all)"
    )
    return parser


def _fill(
    directory: str,
    locks: Sequence[Lock],
    architectures: Sequence[str] | None,
    environment: Mapping[str, str],
) -> tuple[int, int]:
    wanted: dict[str, Download] = {}
    for lock in locks:
        for architecture, packages in lock.packages.items():
            if architectures and architecture not in architectures:
                continue
            for package in packages:
                # A directory of the workspace moves with the workspace.
                if not lock.archives[package.archive].directory:
                    path = os.path.normpath(os.path.join(directory, pool_path(package, lock)))
                    if os.path.commonpath([path, directory]) != directory:
                        raise PoolError(f"{package.filename}: it leads out of {directory}")
                    wanted[path] = _download(path, package, lock, environment)
    missing = [each for each in wanted.values() if not _is_there(each)]
    progress = Progress("fetching")
    progress.expect(items=len(missing), size=sum(each.size or 0 for each in missing))
    try:
        for parent in {os.path.dirname(each.path) for each in missing}:
            os.makedirs(parent, exist_ok=True)
    except OSError as error:
        raise PoolError(
            f"{directory}: cannot make it: {error.strerror}\n  Name a directory that is writable."
        ) from None
    for _ in Downloader(progress=progress).fetch_all(missing):
        pass
    progress.clear()
    return len(wanted), sum(each.size or 0 for each in wanted.values())


def _download(
    path: str, package: LockedPackage, lock: Lock, environment: Mapping[str, str]
) -> Download:
    label = f"{package.name} {package.version}"
    urls = urls_of(package, lock, environment)
    return Download(path, urls, package.sha256, package.size, label)


def _is_there(wanted: Download) -> bool:
    try:
        with open(wanted.path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == wanted.sha256
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
