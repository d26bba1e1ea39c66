"""Reads files that users name."""

load("//rules/private:label_name.bzl", "label_name")

visibility("//...")

def read_given(ctx, label, cure):
    """Read a file, or say that it is not there.

    Args:
      ctx: The context of a module extension or of a repository.
      label: Label of the file.
      cure: What to do if it is not there.

    Returns:
      Its content and None; or None and what is wrong.
    """
    path = ctx.path(label)
    if not path.exists:
        return None, "{}: there is no such file. {}".format(label_name(label), cure)
    return ctx.read(path), None
