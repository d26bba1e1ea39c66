"""The program: reads the command line, says what happened."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from tools.debian.errors import PlinthError
from tools.lock.changes import describe_changes, describe_size
from tools.lock.explanation import explain
from tools.lock.lockfile import Lock, LockFileError, read_lock, write_lock
from tools.lock.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    from tools.lock.making import MadeLock


class DriftError(PlinthError):
    """A lock was not made from the manifest as it is now.

    Attributes:
        manifest: path of the manifest.
        lock: path of the lock.
    """

    def __init__(self, manifest: str, lock: str) -> None:
        self.manifest = manifest
        self.lock = lock
        super().__init__(
            f"{lock} was not made from {manifest} as it is now\n"
            "  Make it anew, and commit both together."
        )


def main(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str] = os.environ,
    output: TextIO | None = None,
) -> int:
    """Runs the program.

    Args:
        arguments: of the command line, without the program's name.
        environment: ``BUILD_WORKSPACE_DIRECTORY`` (set by ``bazel run``) is what relative paths
            are relative to; ``PLINTH_MIRRORS`` names mirrors.
        output: where results are written; standard output if not given.

    Returns:
        The exit status: 0, or 1 after an error has been written to standard error.
    """
    options = _parser().parse_args(arguments)
    start = environment.get("BUILD_WORKSPACE_DIRECTORY", "")
    out = output or sys.stdout
    try:
        manifest = read_manifest(os.path.join(start, options.manifest), options.manifest)
        lock_path = os.path.join(start, options.lock)
        if options.check:
            _check(manifest, lock_path, options)
        elif options.explain:
            _explain(options.explain, manifest, lock_path, out)
        else:
            _update(manifest, lock_path, options, environment, out)
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lock",
        description="Pins Debian packages: reads a manifest, verifies the archives' signed indexes,"
        " chooses packages with all that they need, and writes a lock file.",
        epilog="Mirrors are tried in this order: $PLINTH_MIRRORS (NAME=URL ...), mirrors: of the "
        "manifest, the host's apt configuration, the snapshot service.",
    )
    parser.add_argument("--manifest", required=True, help="the manifest, YAML or JSON")
    parser.add_argument("--lock", required=True, help="the lock file to write, or to look at")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check",
        action="store_true",
        help="only tell whether the lock was made from this manifest; needs no network",
    )
    what.add_argument("--explain", metavar="PACKAGE", help="tell why a package is in the lock")
    parser.add_argument(
        "--allow-older",
        action="store_true",
        help="accept indexes that are older than those of the existing lock",
    )
    return parser


def _check(manifest: Manifest, lock_path: str, options: argparse.Namespace) -> None:
    if read_lock(lock_path).manifest_sha256 != manifest.digest():
        raise DriftError(options.manifest, options.lock)


def _explain(name: str, manifest: Manifest, lock_path: str, out: TextIO) -> None:
    roots = {root.relation.name for root in manifest.packages}
    for line in explain(name, read_lock(lock_path), roots):
        print(line, file=out)


def _update(
    manifest: Manifest,
    lock_path: str,
    options: argparse.Namespace,
    environment: Mapping[str, str],
    out: TextIO,
) -> None:
    # --check runs before every commit: it must not wait for what only a download needs.
    from tools.fetch.download import Downloader  # noqa: PLC0415
    from tools.lock.making import Surroundings, make_lock  # noqa: PLC0415

    started = time.monotonic()
    previous = _previous(lock_path)
    made = make_lock(
        manifest,
        Surroundings(
            downloader=Downloader(),
            environment=environment,
            apt_directory="/etc/apt",
            now=datetime.now(UTC),
            previous=previous,
            allow_older=options.allow_older,
        ),
    )
    changed = write_lock(lock_path, made.lock)
    for line in _summary(made, previous):
        print(line, file=out)
    word = "written" if changed else "unchanged"
    print(f"{options.lock}: {word} ({time.monotonic() - started:.1f} s)", file=out)


def _previous(path: str) -> Lock | None:
    if not os.path.exists(path):
        return None
    try:
        return read_lock(path)
    except LockFileError as error:
        # A merge conflict's leftovers must not stop the one command that repairs them.
        print(f"note: not comparing with the old lock: {error}", file=sys.stderr)
        return None


def _summary(made: MadeLock, previous: Lock | None) -> list[str]:
    lines = []
    if previous:
        lines += describe_changes(previous, made.lock) or ["no package changed"]
    for architecture, resolution in sorted(made.resolutions.items()):
        lines += [
            f"note: {architecture}: {chosen} and not {preferred.version}, "
            "because of what others need"
            for chosen, preferred in resolution.held_back
        ]
    if made.useless_omissions:
        lines.append(f"note: omitted, but nothing wants it: {', '.join(made.useless_omissions)}")
    return lines + describe_size(made.lock)
