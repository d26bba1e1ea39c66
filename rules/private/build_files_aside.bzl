"""Files of fetched archives that Bazel would take for its own.

Where a directory has a file `BUILD` or `BUILD.bazel`, Bazel sees a package: `glob` passes the directory
over, and the file would be evaluated. `REPO.bazel` in the root of a repository is evaluated alike. So a
repository rule renames them after it has unpacked something, and what makes layers of the files gives
them their names back.
"""

visibility("//...")

_SUFFIX = ".aside"
_PACKAGES = ("BUILD", "BUILD.bazel")
_ROOTS = ("MODULE.bazel", "REPO.bazel", "WORKSPACE", "WORKSPACE.bazel", "WORKSPACE.bzlmod")

def aside_path(path):
    """Where a file of an archive is kept.

    Args:
      path: Its path in the archive.

    Returns:
      The path, or another one.
    """
    return path + _SUFFIX if path.rpartition("/")[2] in _PACKAGES else path

def original_path(path):
    """What a file was called in its archive.

    Args:
      path: Where it is kept.

    Returns:
      Its path in the archive.
    """
    return path.removesuffix(_SUFFIX) if path.removesuffix(_SUFFIX).rpartition("/")[2] in _PACKAGES else path

def set_build_files_aside(rctx, directory, where):
    """Rename the files of a directory that Bazel would take for its own.

    Args:
      rctx: The repository context.
      directory: Path of a directory of the repository; `.` for all of it.
      where: What was unpacked there, for messages.
    """
    top = rctx.path(directory).realpath
    names = {name: None for name in _PACKAGES}
    at_root = names | {name: None for name in _ROOTS} if directory == "." else names
    pending = [top]

    # Starlark has no loop without an end.
    for _ in range(10000000):
        if not pending:
            return
        parent = pending.pop()
        prefix = str(parent).rstrip("/") + "/"
        for entry in parent.readdir(watch = "no"):
            name = entry.basename
            if name.removesuffix(_SUFFIX) in names and name.endswith(_SUFFIX):
                fail("{}: it has a file {}, which is what Plinth calls a file {} of it".format(where, name, name.removesuffix(_SUFFIX)))
            if entry.is_dir:
                # Links to directories lead to where it was, or will be, or out of the repository.
                if str(entry.realpath) == prefix + name:
                    pending.append(entry)
            elif name in (at_root if parent == top else names):
                if str(entry.realpath) != prefix + name:
                    fail("{}: its {} is a link, and Bazel would take its directory for a package".format(where, name))

                # By way of its bytes: not every Bazel can rename. Strings have a character for each byte.
                content = rctx.read(entry, watch = "no")
                rctx.delete(entry)
                rctx.file(prefix + name + _SUFFIX, content, executable = False, legacy_utf8 = False)
