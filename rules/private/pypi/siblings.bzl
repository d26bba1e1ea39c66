"""Files of other repositories of the same extension, found without labels as attributes.

An attribute that is a label makes Bazel fetch the repository before it is known to be needed.
"""

visibility("//...")

def sibling(rctx, name, other, file):
    """A file in the top directory of another repository that the extension has made.

    Args:
      rctx: The repository context.
      name: The name of its repository as the extension gave it.
      other: The name of the other one.
      file: Name of the file.

    Returns:
      A `Label`. Reading it fetches the other repository.
    """
    return Label("@@{}{}//:{}".format(rctx.name.removesuffix(name), other, file))
