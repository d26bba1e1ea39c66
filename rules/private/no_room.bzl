"""What the error of a download says last: Bazel tells only in a warning that the disk is at fault."""

visibility("//...")

NO_ROOM = "If the warnings above say that nothing can be written: make room for Bazel's output base."
