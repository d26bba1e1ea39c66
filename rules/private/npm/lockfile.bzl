"""Reads `package-lock.json`, as npm writes it."""

load("//rules/private:grammar.bzl", "field_problem", "fields_problem", "shown")

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
      `integrity`, `resolved` (a URL or None) and `cpus` (npm's names; empty for any); and None.
      Or None and what is wrong.
    """
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or lock.get("lockfileVersion") not in (2, 3):
        return None, "{}: no lock of npm 7 or newer: `lockfileVersion` should be 2 or 3 (npm install --package-lock-only writes it)".format(where)
    if type(lock.get("packages", {})) != "dict":
        return None, "{}: packages should be an object".format(where)
    packages = []
    for path, entry in sorted(lock.get("packages", {}).items()):
        if not path:
            continue
        problem = _entry_problem(entry)
        if problem:
            return None, "{}: package {}: {}".format(where, shown(path), problem)
        if entry.get("dev") or entry.get("devOptional") or entry.get("inBundle"):
            continue
        if not _suits(entry.get("os"), "linux") or not _suits(entry.get("libc"), "glibc"):
            continue
        cpus = [cpu for cpu in CPUS if _suits(entry.get("cpu"), cpu)] if entry.get("cpu") else []
        if entry.get("cpu") and not cpus:
            continue
        package = struct(
            cpus = cpus,
            # An alias (npm:other@1.0) tells the package's own name.
            name = entry.get("name") or path.rpartition("node_modules/")[2],
            path = path,
            resolved = entry.get("resolved"),
            version = entry.get("version"),
            integrity = _strongest(entry.get("integrity")),
        )
        problem = _package_problem(package, entry)
        if problem:
            return None, "{}: package {}: {}".format(where, shown(path), problem)
        packages.append(package)
    return packages, None

def _entry_problem(entry):
    """What is wrong with the fields that say whether a package is needed."""
    if type(entry) != "dict":
        return "it should be an object"
    for field in ("os", "libc", "cpu"):
        values = entry.get(field)
        if values != None and (type(values) != "list" or [value for value in values if type(value) != "string"]):
            return "{} should be a list of names".format(field)
    return None

def _package_problem(package, entry):
    if entry.get("link") or not package.path.startswith("node_modules/"):
        return "it is a workspace, not a package of a registry; make its files a `files_layer`"
    if not entry.get("integrity") or not entry.get("version"):
        return "it is not pinned: it has no `integrity`. Packages of git repositories and directories are not supported; publish it, or make its files a `files_layer`"
    return (
        field_problem("npm_path", package.path, "its path") or
        fields_problem({"integrity": "integrity", "name": "npm_name", "version": "npm_version"}, {
            "integrity": package.integrity,
            "name": package.name,
            "version": package.version,
        }) or
        (field_problem("url", package.resolved, "resolved") if _is_remote(package.resolved) else None)
    )

def _is_remote(resolved):
    # npm leaves it out on request; other forms (`file:`) are not read.
    return resolved != None and (type(resolved) != "string" or "://" in resolved)

def _strongest(integrity):
    # Subresource Integrity: several hashes may stand there, separated by spaces.
    if type(integrity) != "string":
        return integrity
    hashes = integrity.split(" ")
    for algorithm in ("sha512-", "sha384-", "sha256-"):
        for value in hashes:
            if value.startswith(algorithm):
                return value.partition("?")[0]
    return hashes[0]
