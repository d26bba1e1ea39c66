"""The names that users give to the repositories of an extension."""

visibility("//...")

def claim_name(seen, extension, name, module):
    """Record the user of a name, and fail if it has one already.

    Args:
      seen: Dict from name to the module that uses it.
      extension: What the extension is called, for the message.
      name: The name.
      module: Name of the module.
    """
    if name in seen:
        fail("{}: the name '{}' is used twice, by {}; choose another one".format(
            extension,
            name,
            "module '{}'".format(module) if seen[name] == module else "modules '{}' and '{}'".format(seen[name], module),
        ))
    seen[name] = module
