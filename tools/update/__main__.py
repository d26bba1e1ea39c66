"""``bazel run //base:update``."""

import sys

from tools.update.update import main

sys.exit(main(sys.argv[1:]))
