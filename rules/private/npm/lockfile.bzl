"""Reads `package-lock.json`, as npm writes it."""

visibility("//...")

# npm's names of processors, and Bazel's constraints.
CPUS = {
    "arm64": "@platforms//cpu:aarch64",
    "x64": "@platforms//cpu:x86_64",
}

def _suits(wanted, having):
    """Whether a list such as `["linux", "darwin"]` or `["!win32"]` admits a value."""
    if not wanted:
        return True
    if "!" + having in wanted:
        return False
    return having in wanted or all([value.startswith("!") for value in wanted])

def parse_package_lock(text, where):
    """The packages that a program needs at run time.

    Those of development, of other operating systems and C libraries, and those that lie in the
    tarball of another one are left out.

    Args:
      text: Content of the file.
      where: Its name, for error messages.

    Returns:
      List of structs, by path: `path` in the image's application directory, `name`, `version`,
      `integrity`, `resolved` (a URL or None) and `cpus` (npm's names; empty for any).
    """
    lock = json.decode(text, None)
    if type(lock) != "dict" or lock.get("lockfileVersion") not in (2, 3):
        fail("{}: no lock of npm 7 or newer: `lockfileVersion` should be 2 or 3 (npm install --package-lock-only writes it)".format(where))
    packages = []
    for path, entry in sorted(lock.get("packages", {}).items()):
        if not path or entry.get("dev") or entry.get("devOptional") or entry.get("inBundle"):
            continue
        if not _suits(entry.get("os"), "linux") or not _suits(entry.get("libc"), "glibc"):
            continue
        cpus = [cpu for cpu in CPUS if _suits(entry.get("cpu"), cpu)] if entry.get("cpu") else []
        if entry.get("cpu") and not cpus:
            continue
        if entry.get("link") or not path.startswith("node_modules/"):
            fail("{}: '{}' is a workspace, not a package of a registry; make its files a `files_layer`".format(where, path))
        if not entry.get("integrity") or not entry.get("version"):
            fail("{}: '{}' is not pinned: it has no `integrity`. Packages of git repositories and directories are not supported; publish it, or make its files a `files_layer`".format(where, path))
        packages.append(struct(
            cpus = cpus,
            # An alias (npm:other@1.0) tells the package's own name.
            name = entry.get("name") or path.rpartition("node_modules/")[2],
            path = path,
            resolved = entry.get("resolved"),
            version = entry["version"],
            integrity = _strongest(entry["integrity"]),
        ))
    return packages

def _strongest(integrity):
    # Subresource Integrity: several hashes may stand there, separated by spaces.
    hashes = integrity.split(" ")
    for algorithm in ("sha512-", "sha384-", "sha256-"):
        for value in hashes:
            if value.startswith(algorithm):
                return value.partition("?")[0]
    return hashes[0]
