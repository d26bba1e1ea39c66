"""Names of distributions."""

visibility("//...")

def normalize(name):
    """A distribution's name in the form that the package index uses (PEP 503).

    Args:
      name: Name as written by a person.

    Returns:
      Lower case, with single dashes.
    """
    name = name.lower().replace("_", "-").replace(".", "-")
    for _ in range(len(name)):
        if "--" not in name:
            break
        name = name.replace("--", "-")
    return name

def spellings(written):
    """Return the spellings of a distribution in a hub: all that are in use.

    Args:
      written: The name as the file has it.

    Returns:
      List of names; the normalized one is the first.
    """
    name = normalize(written)
    return {spelling: None for spelling in [
        name,
        # That of rules_python's hubs, and of modules.
        name.replace("-", "_"),
        name.replace("-", "."),
        written,
        written.lower(),
        written.replace("-", "_"),
    ]}.keys()

def is_name(name):
    """Whether a text is the name of a distribution (core metadata, "Name").

    Args:
      name: A string.

    Returns:
      A bool.
    """
    if not name or not name[0].isalnum() or not name[-1].isalnum():
        return False
    for character in name.elems():
        if not (character.isalnum() or character in "-_."):
            return False
    return True
