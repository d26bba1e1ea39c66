"""The end of a download's error: Bazel reports a full disk only in a warning."""

visibility("//...")

NO_ROOM = "If the warnings above report a failed write, free disk space for Bazel's output base."
