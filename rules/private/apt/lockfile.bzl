"""Reads lock files. tools/lock/lockfile.py writes them and describes the format."""

_VERSION = 1

def read_lock(module_ctx, label):
    """Read a lock file.

    Args:
      module_ctx: The module context.
      label: Label of the lock file.

    Returns:
      The decoded lock.
    """
    path = module_ctx.path(label)
    if not path.exists:
        fail("{}: there is no such lock file. Make it with the `apt_lock` target of its manifest: bazel run //…:….lock".format(label))
    text = module_ctx.read(path)
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or "packages" not in lock or "archives" not in lock:
        fail("{}: not a lock file of Plinth. Make it anew: bazel run //…:….lock".format(label))
    if lock.get("version") != _VERSION:
        fail("{}: the lock has format version {}, this Plinth reads version {}. Make it anew: bazel run //…:….lock".format(label, lock.get("version"), _VERSION))
    return lock
