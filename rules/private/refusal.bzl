"""Replaces a target that cannot be built, and reports why when it is needed.

A failed `select` is the one error that Bazel reports without a traceback above it.
"""

load("//rules/private:build_file.bzl", "call", "select_call")

visibility("//...")

def refusal(name, message):
    """The text of a target that cannot be built, for a BUILD file.

    Args:
      name: Name of the target.
      message: The message.

    Returns:
      A string.
    """
    return call(
        "alias",
        name = name,
        actual = select_call({"@platforms//:incompatible": ":BUILD.bazel"}, no_match_error = "\n\n" + message),
        visibility = ["//visibility:public"],
    )
