"""Attributes and macros with old names: refused, with the new name."""

load("//rules/private:label_name.bzl", "label_name")

visibility("//...")

def refuse_renamed(ctx, names):
    """Fail if a target has an attribute under its old name.

    Args:
      ctx: The rule context.
      names: Dict from old to new names; the old ones are attributes that are lists or dicts.
    """
    for old, new in names.items():
        if getattr(ctx.attr, old):
            fail("{}: `{}` is now `{}`".format(label_name(ctx.label), old, new))

def renamed_macro(old, new):
    """Return a macro that fails, for an old name.

    Args:
      old: The old name.
      new: The new one.

    Returns:
      A function.
    """

    def refuse(name, **_kwargs):
        fail("//{}:{}: `{}` is now `{}`".format(native.package_name(), name, old, new))

    return refuse
