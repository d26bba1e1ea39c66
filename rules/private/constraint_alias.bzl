"""Writes the targets with which generated repositories select by the target platform."""

load("//rules/private:build_file.bzl", "call", "select_call")

visibility("//...")

def constraint_alias(name, choices, no_match_error):
    """The text of an `alias` for a BUILD file.

    Args:
      name: Name of the target.
      choices: Dict from constraint value to the label for it.
      no_match_error: The message when the target platform has none of the constraints.

    Returns:
      A string.
    """
    return call("alias", name = name, actual = select_call(choices, no_match_error))
