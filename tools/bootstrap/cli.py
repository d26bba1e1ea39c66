"""Makes Bazel ready, for bazelw: ``-m tools.bootstrap REPOSITORY DIRECTORY ARCHITECTURE``.

With a fourth argument, ``compilers`` or ``java``, it makes those ready for that Bazel.
"""

from __future__ import annotations

import os
import sys

from tools.bootstrap.install import install, install_beside
from tools.errors import PlinthError


def main(arguments: list[str]) -> int:
    """Run the program; returns the exit status."""
    repository, directory, architecture, *what = arguments
    try:
        if what:
            install_beside(repository, directory, architecture, os.environ, what[0])
        else:
            install(repository, directory, architecture, os.environ)
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
