"""The end of a download's error: Bazel reports a full disk only in a warning."""

visibility("//...")

NO_ROOM = "If the warnings above say that nothing can be written: make room for Bazel's output base."
