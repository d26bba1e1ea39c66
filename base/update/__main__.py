"""``bazel run //base/update``."""

import sys

from base.update.update import main

sys.exit(main(sys.argv[1:]))
