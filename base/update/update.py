"""The program: moves locks, archives and sizes together, and says what has changed."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from base.update.changeset import Changeset
from base.update.move_archive import move
from base.update.pull_request import Report
from base.update.releases import newest_release
from base.update.sizes import measure, rewrite, stated, targets_of
from tools.archives.lockfile import archives_text, read_archives
from tools.command.parser import command_parser
from tools.errors import PlinthError
from tools.fetch.download import Downloader
from tools.fetch.mirror import single_urls
from tools.lock import commands
from tools.lock.commands import Job
from tools.lock.lockfile.changes import find_changes
from tools.lock.lockfile.lockfile import read_lock
from tools.lock.lockfile.report import LockDifference

_SNAPSHOT = re.compile(r"\d{8}T\d{6}Z")
_DOCUMENTS = ("README.md", "docs/**/*.md", "base/**/*.md")

_EXAMPLES = """\
examples:
  bazel run //base/update
  bazel run //base/update -- --package openssl
  bazel run //base/update -- --snapshot 20261118T000000Z

Nothing is written unless everything succeeds; a second run changes nothing.

environment:
  PLINTH_MIRRORS        mirrors to try first: ARCHIVE=URL …; `url=URL` for upstream's archives
  PLINTH_BAZEL_COMMAND  what builds the images to be measured; default: bazelw
  PLINTH_NPM_REGISTRY   where npm packages that carry upstream's files are looked for
                        (NPM_CONFIG_REGISTRY will do as well)
"""


def main(arguments: Sequence[str], *, environment: Mapping[str, str] = os.environ) -> int:
    """Run the program; the exit status is 1 after an error."""
    options = _parser().parse_args(arguments)
    workspace = environment.get("BUILD_WORKSPACE_DIRECTORY", os.getcwd())
    try:
        report = update(options, workspace, environment)
        text = report.markdown()
        if options.pull_request:
            Path(workspace, options.pull_request).write_text(text, encoding="utf-8")
    except (PlinthError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; everything is as it was", file=sys.stderr)
        return 130
    print(text, end="")
    return 0


def update(options: argparse.Namespace, workspace: str, environment: Mapping[str, str]) -> Report:
    """Move everything that was asked for.

    Raises:
        PlinthError: something cannot be moved; then everything is as it was.
    """
    with Changeset() as changes:
        moving = _Moving(options, workspace, environment, changes)
        for name in options.lock + (options.tool_lock if options.tools else []):
            moving.move_lock(name)
        if options.archives and not options.package:
            moving.move_archives()
        changes.write()
        if options.sizes == "always" or (options.sizes == "changed" and moving.report.moved):
            moving.measure()
    return moving.report


@dataclass(slots=True)
class _Moving:
    """One run of the program."""

    options: argparse.Namespace
    workspace: str
    environment: Mapping[str, str]
    changes: Changeset
    report: Report = field(default_factory=Report)

    def move_lock(self, name: str) -> None:
        path = os.path.join(self.workspace, f"{name}.lock.json")
        old = read_lock(path)
        wanted = None
        if self.options.package:
            locked = {package.name for packages in old.packages.values() for package in packages}
            wanted = [package for package in self.options.package if package in locked]
            if not wanted:
                return
        print(f"{name}: moving", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="plinth-update-") as scratch:
            copy = shutil.copy(path, scratch)
            job = Job(
                start=self.workspace,
                manifest=self._manifest(name),
                lock=copy,
                environment=self.environment,
                quiet=self.options.quiet,
            )
            outcome = commands.update(
                job,
                wanted,
                allow_older=self.options.allow_older,
                snapshot=self.options.snapshot,
            )
            new = read_lock(copy)
            self.changes.put(path, Path(copy).read_text(encoding="utf-8"))
        found = find_changes(old, new)
        difference = LockDifference(old, new, found, None)
        self.report.locks[name] = difference.markdown() if found else []
        self.report.notes += [f"{name}: {note}" for note in outcome.data["notes"]]

    def _manifest(self, name: str) -> str:
        yaml = f"{name}.yaml"
        return yaml if os.path.exists(os.path.join(self.workspace, yaml)) else f"{name}.json"

    def move_archives(self) -> None:
        path = Path(self.workspace, self.options.archive_lock)
        archives = read_archives(path.read_text(encoding="utf-8"), self.options.archive_lock)
        downloader = Downloader(rounds=2)
        registry = self.environment.get("PLINTH_NPM_REGISTRY") or self.environment.get(
            "NPM_CONFIG_REGISTRY"
        )

        def fetch(url: str) -> bytes:
            urls = single_urls(url, self.environment)
            return downloader.fetch(urls, sha256=None, size=None, label=url)

        for key, archive in archives.items():
            if "releases" not in archive:
                continue
            print(f"{key}: asking upstream", file=sys.stderr)
            release = newest_release(archive["releases"], fetch)
            archives[key], notes = move(key, archive, release, fetch, registry)
            self.report.notes += notes
            if archives[key] != archive:
                moved = (key, archive["version"], archives[key]["version"])
                self.report.archives.append(moved)
        if self.report.archives:
            self.changes.put(str(path), archives_text(archives))

    def measure(self) -> None:
        documents = {
            str(path): path.read_text(encoding="utf-8")
            for pattern in _DOCUMENTS
            for path in sorted(Path(self.workspace).glob(pattern))
        }
        targets = targets_of(documents.values())
        if not targets:
            return
        print(f"building {len(targets)} images, to measure them", file=sys.stderr)
        bazel = self.environment.get("PLINTH_BAZEL_COMMAND") or os.path.join(
            self.workspace, "bazelw"
        )
        self.report.sizes = measure(self.workspace, bazel, targets)
        self.report.stated = {
            name: size for text in documents.values() for name, size in stated(text).items()
        }
        for path, text in documents.items():
            directory = os.path.relpath(os.path.dirname(path), self.workspace)
            self.changes.put(path, rewrite(text, self.report.sizes, directory))
        self.changes.write()


def _snapshot(text: str) -> str:
    if not _SNAPSHOT.fullmatch(text):
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form 20261118T000000Z")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "update",
        "Moves every lock of the catalogue to the newest packages, measures the images again, and "
        "prints what has changed as the text of a pull request.",
        _EXAMPLES,
    )
    parser.add_argument("--lock", action="append", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--tool-lock", action="append", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--archive-lock", help=argparse.SUPPRESS)
    parser.add_argument(
        "--snapshot",
        metavar="TIME",
        type=_snapshot,
        help="move to what the snapshot service had then, such as 20261118T000000Z; also backwards",
    )
    parser.add_argument(
        "--package",
        metavar="NAME",
        nargs="+",
        help="move only these packages, and others only as far as they must",
    )
    parser.add_argument(
        "--no-archives",
        dest="archives",
        action="store_false",
        help="leave upstream's archives (Node.js, .NET) as they are",
    )
    parser.add_argument(
        "--tools",
        action="store_true",
        help="move the locks of the build's own interpreter and tools, too; may alter every digest",
    )
    parser.add_argument(
        "--sizes",
        choices=["changed", "always", "never"],
        default="changed",
        help="when to build and measure images for the tables (default: if a lock has changed)",
    )
    parser.add_argument("--pull-request", metavar="FILE", help="write the text there as well")
    parser.add_argument(
        "--allow-older",
        action="store_true",
        help="accept indexes that are older than those of the existing locks",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress of downloads")
    return parser
