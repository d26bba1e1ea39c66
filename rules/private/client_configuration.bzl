"""Reads the configuration of package clients such as pip and npm."""

visibility("//...")

def configured_url(rctx, *, variables, files, key):
    """The address that the user has set, if any.

    Args:
      rctx: The repository context.
      variables: List of environment variables that may hold it.
      files: List of files with lines `KEY = VALUE` to read after that; `{home}` is the user's
      directory.
      key: The key in them.

    Returns:
      A string, or None.
    """
    for variable in variables:
        url = rctx.getenv(variable)
        if url:
            return url
    for file in files:
        path = rctx.path(file.format(home = rctx.getenv("HOME") or "/root"))
        if path.exists:
            for line in rctx.read(path, watch = "no").split("\n"):
                found, _, value = line.partition("=")
                if found.strip() == key:
                    return value.strip()
    return None
