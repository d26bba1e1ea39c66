"""Files of fetched archives that Bazel would treat as its own.

Where a directory has a file `BUILD` or `BUILD.bazel`, Bazel sees a package: `glob` skips the
directory, and the file would be evaluated. `REPO.bazel` in the root of a repository is evaluated,
too. So a repository rule renames them after it has unpacked an archive, and the layers restore
their names.
"""

load("//rules/private:endless.bzl", "ENDLESS")

visibility("//...")

_SUFFIX = ".aside"
_PACKAGES = ("BUILD", "BUILD.bazel")
_ROOTS = ("MODULE.bazel", "REPO.bazel", "WORKSPACE", "WORKSPACE.bazel", "WORKSPACE.bzlmod")

def aside_path(path):
    """Return where a file of an archive is kept.

    Args:
      path: Its path in the archive.

    Returns:
      The path, or another one.
    """
    return path + _SUFFIX if path.rpartition("/")[2] in _PACKAGES else path

def original_path(path):
    """Return the name of a file in its archive.

    Args:
      path: Where it is kept.

    Returns:
      Its path in the archive.
    """
    return path.removesuffix(_SUFFIX) if path.removesuffix(_SUFFIX).rpartition("/")[2] in _PACKAGES else path

def set_build_files_aside(rctx, directory, where):
    """Rename the files of a directory that Bazel would treat as its own.

    Args:
      rctx: The repository context.
      directory: Path of a directory of the repository; `.` for all of it.
      where: The name of the archive, for messages.
    """
    top = rctx.path(directory).realpath
    names = {name: None for name in _PACKAGES}
    at_root = names | {name: None for name in _ROOTS} if directory == "." else names
    pending = [top]

    for _ in ENDLESS:
        if not pending:
            return
        parent = pending.pop()
        prefix = str(parent).rstrip("/") + "/"
        for entry in parent.readdir(watch = "no"):
            name = entry.basename
            if name.removesuffix(_SUFFIX) in names and name.endswith(_SUFFIX):
                fail("{}: it has a file {}, the name that Plinth gives to its file {}".format(where, name, name.removesuffix(_SUFFIX)))
            if entry.is_dir:
                # Links to directories point to its old or new place, or out of the repository.
                if str(entry.realpath) == prefix + name:
                    pending.append(entry)
            elif name in (at_root if parent == top else names):
                if str(entry.realpath) != prefix + name:
                    fail("{}: its {} is a link, and Bazel would treat its directory as a package".format(where, name))

                # By copying its bytes: not every Bazel can rename. Strings have a character for
                # each byte.
                content = rctx.read(entry, watch = "no")
                rctx.delete(entry)
                rctx.file(prefix + name + _SUFFIX, content, executable = False, legacy_utf8 = False)
