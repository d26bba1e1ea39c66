"""``python -m tools.bootstrap``: see :mod:`tools.bootstrap.cli`."""

from __future__ import annotations

import sys

from tools.bootstrap.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
