"""Reads lock files. tools/lock/lockfile.py writes them and describes the format."""

visibility("//...")

_VERSION = 1

def read_lock(module_ctx, label):
    """Read a lock file.

    Args:
      module_ctx: The module context.
      label: Label of the lock file.

    Returns:
      The decoded lock and None, or None and what is wrong with the file. The extension must not
      fail on that: the target that makes the lock is loaded through it.
    """
    path = module_ctx.path(label)
    if not path.exists:
        return None, "{}: there is no such lock file yet".format(label)
    lock = json.decode(module_ctx.read(path), default = None)
    if type(lock) != "dict" or "packages" not in lock or "archives" not in lock:
        return None, "{}: not a lock file of Plinth".format(label)
    if lock.get("version") != _VERSION:
        return None, "{}: the lock has format version {}, this Plinth reads version {}".format(label, lock.get("version"), _VERSION)
    return lock, None

def _unusable_lock_repository_impl(rctx):
    fail("{}.\nMake it with the `apt_lock` target of its manifest: bazel run //…:….lock".format(rctx.attr.problem))

unusable_lock_repository = repository_rule(
    implementation = _unusable_lock_repository_impl,
    doc = "Stands for the packages of a lock that cannot be used, and says why when something asks for them.",
    attrs = {
        "problem": attr.string(mandatory = True, doc = "What is wrong with the lock."),
    },
)
