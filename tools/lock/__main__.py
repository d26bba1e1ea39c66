"""``python -m tools.lock --manifest M --lock L``."""

import sys

from tools.lock.lock import main

sys.exit(main(sys.argv[1:]))
