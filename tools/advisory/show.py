"""``python -m tools.advisory.show FINDINGS``: prints findings, or what an update would fix."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tools.advisory.formats import update_lines
from tools.advisory.versions import version_key
from tools.command.parser import command_parser
from tools.errors import PlinthError
from tools.lock.lockfile.lockfile import Lock, read_lock

_EXAMPLES = """\
examples:
  bazel run //app:image.advisories
  bazel run //app:image.advisories -- --json
  bazel run //app:image.advisories -- --diff new.lock.json
"""


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print; the exit status is 1 after an error."""
    parser = command_parser(
        "advisories", "Prints the known vulnerabilities of an image or a lock.", _EXAMPLES
    )
    parser.add_argument("findings", help=argparse.SUPPRESS)
    parser.add_argument("text", help=argparse.SUPPRESS)
    parser.add_argument("--diff", metavar="LOCK", help="list what an update to this lock would fix")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        with open(options.findings, encoding="utf-8") as stream:
            found = json.load(stream)
        if options.diff:
            start = environment.get("BUILD_WORKING_DIRECTORY", "")
            fixed = fixed_by(found, read_lock(os.path.join(start, options.diff)))
            lines = list(update_lines([*found["failing"], *found["others"]], fixed))
            print(json.dumps({"fixed": fixed}, indent=1) if options.json else "\n".join(lines))
        else:
            with open(options.findings if options.json else options.text) as stream:
                print(stream.read(), end="")
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def fixed_by(found: Mapping[str, Any], lock: Lock) -> list[dict[str, Any]]:
    """Return the findings whose cure a lock has, each with the version it is ``updated`` to."""
    versions = {
        package.source: package.source_version
        for packages in lock.packages.values()
        for package in packages
    }
    fixed = []
    for finding in [*found["failing"], *found["others"]]:
        updated = versions.get(finding["source"], "")
        if not finding["fixed_version"] or not finding["ecosystem"].startswith("Debian"):
            continue
        keys = [version_key("Debian", text) for text in (updated, finding["fixed_version"])]
        if updated and None not in keys and keys[0] >= keys[1]:
            fixed.append({**finding, "updated": updated})
    return fixed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
