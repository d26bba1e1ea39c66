"""Runs the whole image under a watch: ``bazel run //tests/examples/slices:trace -- OUT``."""

from __future__ import annotations

import json
import os
import sys

from tests.container.container import Container
from tests.examples.slices.workload import exercise
from tools.inspect.trace import FileWatch


def main(layout: str, out: str) -> None:
    """Write the paths of the files that were opened to ``out``."""
    container = Container(os.path.join(os.environ["RUNFILES_DIR"], layout))
    with FileWatch(container.root) as watch:
        exercise(container)
    with open(os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", ""), out), "w") as stream:
        json.dump(sorted(watch.opened), stream, indent=1)
    print(f"{out}: {len(watch.opened)} files")


if __name__ == "__main__":
    main(*sys.argv[1:])
