"""The names of targets in messages and documents."""

visibility("//...")

def label_name(label):
    """A label as people write it: `//app:server`, `@rules_plinth//base:lock.json`.

    Args:
      label: Label, or its text.

    Returns:
      Text.
    """
    repository, _, rest = str(label).removeprefix("@@").removeprefix("@").partition("//")

    # Canonical names of repositories differ between versions of Bazel: `name~`, `name+`,
    # `module++extension+name`.
    parts = [part for part in repository.replace("~", "+").split("+") if part]
    if not parts:
        return "//" + rest
    return "@{}//{}".format(parts[0] if len(parts) < 3 else parts[-1], rest)
