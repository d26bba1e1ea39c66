"""Unpacks archives from outside.

Not `rctx.extract`: it follows `..` in paths, and hard links, out of the repository.
"""

load("//rules/private/interpreter:host_python.bzl", "run_python")

visibility("//...")

# Large wheels have gigabytes.
_SECONDS = 3600

def unpack_archives(rctx, archives):
    """Unpack tar and zip archives.

    Args:
      rctx: The repository context.
      archives: Dict from the path of each archive to a tuple: the directory to unpack to, the
        directory in the archive that is removed, or "", and its name in messages.
    """
    listed = ".unpack"
    rctx.file(listed, "".join([
        "{}\t{}\t{}\n".format(rctx.path(archive), rctx.path(directory), prefix)
        for archive, (directory, prefix, _) in archives.items()
    ]))
    run_python(
        rctx,
        "tools.archives.unpack",
        [rctx.path(listed)],
        said = lambda message: "\n{}".format(_named(rctx, archives, message)),
        timeout = _SECONDS,
    )
    rctx.delete(listed)

def _named(rctx, archives, message):
    """Return the message, with the archive's name in place of its path."""
    for archive, (_, _, name) in archives.items():
        start = "{}: ".format(rctx.path(archive))
        if message.startswith(start):
            return "{}: {}".format(name, message.removeprefix(start))
    return message
