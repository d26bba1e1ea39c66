"""The program: reads the command line, and says what happened."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from tools.command.parser import command_parser
from tools.errors import PlinthError, printable
from tools.lock import commands
from tools.lock.commands import CommandOutcome, Job


def main(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str] = os.environ,
    output: TextIO | None = None,
) -> int:
    """Run the program.

    Args:
        arguments: of the command line, without the program's name.
        environment: ``BUILD_WORKSPACE_DIRECTORY`` (set by ``bazel run``) is what relative paths
            are relative to; ``PLINTH_MIRRORS`` names mirrors.
        output: where results are written; standard output if not given.

    Returns:
        The exit status: 0, or 1 after an error has been written to standard error.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if not options.lock and not options.import_:
        parser.error("the following arguments are required: --lock")
    out = output or sys.stdout
    try:
        outcome = _run(options, environment)
    except PlinthError as error:
        if options.json:
            print(json.dumps({"error": str(error)}, indent=1), file=out)
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the lock is unchanged", file=sys.stderr)
        return 130
    if options.json:
        print(json.dumps(outcome.data, indent=1, sort_keys=True), file=out)
    else:
        print(printable("\n".join(outcome.lines)), end="\n" if outcome.lines else "", file=out)
    return outcome.status


def _run(options: argparse.Namespace, environment: Mapping[str, str]) -> CommandOutcome:
    job = Job(
        start=environment.get("BUILD_WORKSPACE_DIRECTORY", ""),
        manifest=options.manifest,
        lock=options.lock or "",
        environment=environment,
        quiet=options.quiet,
    )
    answers: Mapping[str, Callable[[], CommandOutcome]] = {
        "import_": lambda: commands.import_old(job, options.import_),
        "check": lambda: commands.check(job),
        "verify": lambda: commands.verify(job),
        "explain": lambda: commands.explain_package(job, options.explain),
        "diff": lambda: commands.diff(
            job, options.diff, options.advisories, markdown=options.markdown
        ),
        "why_not": lambda: commands.tell_why_not(job, options.why_not),
    }
    for asked, answer in answers.items():
        if getattr(options, asked):
            return answer()
    return commands.update(job, options.update, allow_older=options.allow_older)


_HELP_AFTER = """\
examples:
  --manifest m.yaml --lock m.lock.json                     lock, or move all to the newest version
  --manifest m.yaml --lock m.lock.json --update openssl    move openssl, and what it then needs
  --manifest m.yaml --lock m.lock.json --check             in CI: was it made from this manifest?
  --manifest m.yaml --lock m.lock.json --verify            in CI: is it what the archives signed?
  --manifest m.yaml --lock m.lock.json --explain libxml2   who depends on libxml2?
  --manifest m.yaml --lock m.lock.json --diff old.json --markdown   for a pull request

environment:
  PLINTH_MIRRORS   mirrors to try first: ARCHIVE=URL ARCHIVE=URL ...
                   After them: mirrors: of the manifest, the host's apt configuration, and the
                   snapshot service.
  PLINTH_CACHE     where downloads are kept (default: plinth/downloads in your cache directory;
                   empty: nowhere)
  https_proxy, http_proxy, no_proxy, NETRC, SSL_CERT_FILE   as everywhere

A `bazel run` target of a lock gives --manifest and --lock itself.
"""


def _parser() -> argparse.ArgumentParser:
    parser = command_parser(
        "lock",
        "Pins Debian packages: reads a manifest, verifies the archives' signed indexes, "
        "chooses packages with their dependencies, and writes a lock file.",
        _HELP_AFTER,
    )
    parser.add_argument("--manifest", required=True, metavar="FILE", help="the manifest, YAML")
    parser.add_argument("--lock", metavar="FILE", help="the lock file to write, or to look at")
    what = parser.add_argument_group(
        "what to do (default: lock all packages again)"
    ).add_mutually_exclusive_group()
    what.add_argument(
        "--update",
        metavar="PACKAGE",
        nargs="+",
        help="move only these packages, and others only as far as they must",
    )
    what.add_argument(
        "--check",
        action="store_true",
        help="fail if the lock was not made from this manifest; no network",
    )
    what.add_argument(
        "--verify",
        action="store_true",
        help="fail if the lock holds anything that its archives did not sign; no network if the "
        "signed files are in the cache",
    )
    what.add_argument(
        "--explain",
        metavar="PACKAGE",
        help="show every dependency that brought a package in; no network",
    )
    what.add_argument(
        "--diff", metavar="OLD", help="show what changed since another lock file; no network"
    )
    what.add_argument(
        "--why-not", metavar="PACKAGE=VERSION", help="explain why a version was not chosen"
    )
    what.add_argument(
        "--import",
        dest="import_",
        metavar="OLD",
        help="write the manifest from one of rules_distroless 0.8",
    )
    how = parser.add_argument_group("options")
    how.add_argument("--json", action="store_true", help="answer as JSON, errors included")
    how.add_argument("--markdown", action="store_true", help="with --diff: answer as Markdown")
    how.add_argument(
        "--advisories",
        metavar="FILE",
        help="with --diff: data of Debian's security tracker (JSON), to show what is fixed",
    )
    how.add_argument("--quiet", action="store_true", help="show no progress")
    how.add_argument(
        "--allow-older",
        action="store_true",
        help="accept indexes that are older than those of the existing lock",
    )
    return parser
