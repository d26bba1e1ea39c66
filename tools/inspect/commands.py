"""The program that people run: ``bazel run @rules_plinth//tools/inspect -- VERB IMAGE …``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from tools.command.parser import command_parser
from tools.errors import PlinthError
from tools.inspect import (
    closure_verb,
    difference_verb,
    slice_commands,
    surface_verb,
    transfer_verb,
)
from tools.inspect.image_facts import read_document
from tools.inspect.report import Report
from tools.inspect.sources import find_images

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP_AFTER = """\
examples:
  surface //app:image                              what the image exposes
  diff --format markdown main://app:image //app:image    for a pull request
  transfer --nodes 100 main://app:image //app:image      what 100 nodes pull
  unpack bazel-bin/app/image root                  into a directory

An IMAGE is a target such as //app:image, a target of another revision such as main://app:image, an
OCI layout directory of any tool, or, for transfer, the JSON manifest of an image.
"""


def main(arguments: Sequence[str]) -> int:
    """Run the program; the exit status is 1 after an error or a failed check."""
    options = parser().parse_args(arguments)
    if options.verb in slice_commands.VERBS:
        return slice_commands.run(options)
    workspace = os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd())
    try:
        images = [find_images(name, workspace) for name in _names(options)]
        if options.verb == "closure":
            verdict = closure_verb.judge(images[0], [])
            print(verdict.text, end="")
            return 0 if verdict.passed else 1
        if options.verb == "surface":
            sets = read_document(options.comparison)["sets"] if options.comparison else []
            report = surface_verb.report(images[0], sets)
        elif options.verb == "transfer":
            old = images[0] if len(images) > 1 else []
            report = transfer_verb.report({"": (old, images[-1])}, options.nodes)
        else:
            report = difference_verb.report(images[0], images[1])
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(_written(report, options.format), end="")
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    result = command_parser("inspect", "Checks, compares and unpacks images.", _HELP_AFTER)
    result.set_defaults(comparison="")
    verbs = result.add_subparsers(dest="verb", required=True)
    closure = verbs.add_parser("closure", help="check that programs have all that they need")
    closure.add_argument("image")
    closure.set_defaults(format="text")
    surface = verbs.add_parser("surface", help="what an image exposes")
    surface.add_argument("image")
    surface.add_argument(
        "--comparison", help="JSON file of package sets to show next to it", default=""
    )
    transfer = verbs.add_parser("transfer", help="what nodes pull for an update")
    transfer.add_argument("old", nargs="?", help="the image that nodes have (default: none)")
    transfer.add_argument("new")
    transfer.add_argument("--nodes", type=int, default=1, help="how many pull it")
    diff = verbs.add_parser("diff", help="how two images differ")
    diff.add_argument("old")
    diff.add_argument("new")
    slice_commands.add_verbs(verbs)
    for verb in (surface, transfer, diff):
        verb.add_argument(
            "--format", choices=("text", "markdown", "json"), default="text", help="of the report"
        )
    return result


def _names(options: argparse.Namespace) -> list[str]:
    names = [getattr(options, key, None) for key in ("image", "old", "new")]
    return [name for name in names if name]


def _written(report: Report, form: str) -> str:
    if form == "json":
        return json.dumps(report.document, indent=2, sort_keys=True) + "\n"
    return report.markdown() if form == "markdown" else report.text()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
