"""Files of other repositories of the same extension, found without labels as attributes.

With an attribute that is a label, Bazel fetches the repository before it is needed.
"""

visibility("//...")

def sibling(rctx, name, other, file):
    """Return the label of a file in the top directory of another repository of the extension.

    Args:
      rctx: The repository context.
      name: The name of its repository as the extension gave it.
      other: The name of the other one.
      file: Name of the file.

    Returns:
      A `Label`. Reading it fetches the other repository.
    """
    return Label("@@{}{}//:{}".format(rctx.name.removesuffix(name), other, file))
