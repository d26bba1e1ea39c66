"""``python -m tools.lock``."""

import os
import sys

from tools.lock.cli import main

try:
    status = main(sys.argv[1:])
    sys.stdout.flush()
except BrokenPipeError:
    # The reader, such as ``head``, has closed the pipe. The interpreter must not flush again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    status = 0
sys.exit(status)
