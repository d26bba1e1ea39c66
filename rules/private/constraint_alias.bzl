"""Writes the targets by which generated repositories pick what is for the target platform."""

visibility("//...")

def constraint_alias(name, choices, no_match_error):
    """The text of an `alias` for a BUILD file.

    Args:
      name: Name of the target.
      choices: Dict from constraint value to the label of what is for it.
      no_match_error: What is said when the target platform has none of the constraints.

    Returns:
      A string.
    """
    return """
alias(
    name = "{name}",
    actual = select(
        {choices},
        no_match_error = "{no_match_error}",
    ),
)
""".format(
        name = name,
        choices = json.encode_indent({str(constraint): label for constraint, label in choices.items()}, prefix = " " * 8, indent = "    "),
        no_match_error = no_match_error,
    )
