"""How messages name a target."""

visibility("//...")

def label_name(label):
    """A label as people write it: `//app:server` where it is one of the main repository.

    Args:
      label: Label.

    Returns:
      Text.
    """
    return str(label).removeprefix("@@") if not label.workspace_name else str(label)
