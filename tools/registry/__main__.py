"""``python -m tools.registry COMMAND …``: see ``commands``."""

from __future__ import annotations

import sys

from tools.registry.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
