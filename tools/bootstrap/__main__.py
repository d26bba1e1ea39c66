"""Makes Bazel ready, for bazelw: ``-m tools.bootstrap REPOSITORY DIRECTORY ARCHITECTURE``."""

from __future__ import annotations

import os
import sys

from tools.bootstrap.install import install
from tools.errors import PlinthError


def main(arguments: list[str]) -> int:
    """Returns the exit status."""
    repository, directory, architecture = arguments
    try:
        install(repository, directory, architecture, os.environ)
    except PlinthError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
