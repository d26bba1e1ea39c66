"""``python -m tools.report.show PAGE``: opens a page in a browser, or prints its path."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import webbrowser
from collections.abc import Mapping, Sequence

from tools.command.parser import command_parser

_EXAMPLES = """\
examples:
  bazel run //app:image.report
  bazel run //app:image.report -- --copy report.html
"""


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Show the page."""
    parser = command_parser("report", "Opens the report on an image in a browser.", _EXAMPLES)
    parser.add_argument("page", help=argparse.SUPPRESS)
    parser.add_argument("--copy", metavar="FILE", help="write the page to this file instead")
    parser.add_argument(
        "--print", action="store_true", help="print the path of the page, and open nothing"
    )
    options = parser.parse_args(arguments)
    page = os.path.realpath(options.page)
    if options.copy:
        start = environment.get("BUILD_WORKING_DIRECTORY", "")
        shutil.copyfile(page, os.path.join(start, options.copy))
        print(options.copy)
        return 0
    has_screen = bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    opened = has_screen and not options.print and webbrowser.open(f"file://{page}")
    print(f"{'opened' if opened else 'the report is'} file://{page}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
