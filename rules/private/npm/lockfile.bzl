"""Reads `package-lock.json`, as npm writes it."""

load("//rules/private:grammar.bzl", "field_problem", "fields_problem", "shown")

visibility("//...")

# npm's names of processors, and Bazel's constraints.
CPUS = {
    "arm": "@platforms//cpu:armv7",
    "arm64": "@platforms//cpu:aarch64",
    "ia32": "@platforms//cpu:x86_32",
    "ppc64": "@platforms//cpu:ppc64le",
    "riscv64": "@platforms//cpu:riscv64",
    "s390x": "@platforms//cpu:s390x",
    "x64": "@platforms//cpu:x86_64",
}

# How to recognize the locks of other tools, and how to convert them.
_OTHERS = [
    ("# yarn lockfile v1", "yarn.lock of Yarn 1", "`npm install --package-lock-only`, next to it, keeps its versions in a package-lock.json"),
    ("__metadata:", "yarn.lock of Yarn 2 or newer", "`npm install --package-lock-only` makes a package-lock.json from package.json"),
    ("lockfileVersion:", "pnpm-lock.yaml", "`npm install --package-lock-only` makes a package-lock.json from package.json"),
    ("\"workspaces\": {", "bun.lock", "`npm install --package-lock-only` makes a package-lock.json from package.json"),
]

def _suits(wanted, having):
    """Return whether a list such as `["linux", "darwin"]` or `["!win32"]` admits a value."""
    if not wanted:
        return True
    if "!" + having in wanted:
        return False
    return having in wanted or all([value.startswith("!") for value in wanted])

def parse_package_lock(text, where):
    """The packages that a program needs at run time.

    Packages for development, for other operating systems and C libraries, and bundled packages are
    left out. So are the files of workspaces, which are sources.

    Args:
      text: Content of the file.
      where: Its name, for error messages.

    Returns:
      List of structs, by path: `path` in the image's application directory, `name`, `version`,
      `integrity`, `resolved` (a URL or None), `link` (the directory of a workspace that the path is
      a link to, or None) and `cpus` (npm's names; empty for any); and None.
      Or None and what is wrong.
    """
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or lock.get("lockfileVersion") not in (2, 3):
        return None, _no_lock(text, lock, where)
    if type(lock.get("packages", {})) != "dict":
        return None, "{}: packages should be an object".format(where)
    packages = []
    for path, entry in sorted(lock.get("packages", {}).items()):
        if "node_modules/" not in path:
            continue  # a workspace: its files are sources
        problem = _entry_problem(entry)
        if problem:
            return None, "{}: package {}: {}".format(where, shown(path), problem)

        # npm keeps packages for development that are optional at run time: "devOptional".
        if entry.get("dev") or entry.get("inBundle"):
            continue
        if not _suits(entry.get("os"), "linux") or not _suits(entry.get("libc"), "glibc"):
            continue
        cpus = [cpu for cpu in CPUS if _suits(entry.get("cpu"), cpu)] if entry.get("cpu") else []
        if entry.get("cpu") and not cpus:
            continue
        package = struct(
            cpus = cpus,
            link = entry.get("resolved") if entry.get("link") else None,
            # An alias (npm:other@1.0) has the package's own name.
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
    """Return what is wrong with the fields that say whether a package is needed."""
    if type(entry) != "dict":
        return "it should be an object"
    for field in ("os", "libc", "cpu"):
        values = entry.get(field)
        if values != None and (type(values) != "list" or [value for value in values if type(value) != "string"]):
            return "{} should be a list of names".format(field)
    return None

def _no_lock(text, lock, where):
    """Describe a file that is not a lock of npm 7 or newer."""
    if type(lock) == "dict" and lock.get("lockfileVersion") == 1:
        return "{}: a lock of npm 6 or older: `npm install --package-lock-only` renews it".format(where)
    for start, what, cure in _OTHERS:
        if [line for line in text[:4096].split("\n") if line.strip().startswith(start)]:
            return "{}: this is a {}, which Plinth does not read. {}; check its versions before you build".format(where, what, cure)
    if "<<<<<<<" in text and ">>>>>>>" in text:
        return "{}: it has merge conflicts: `npm install --package-lock-only` resolves them".format(where)
    return "{}: it is not a lock of npm 7 or newer: `lockfileVersion` should be 2 or 3 (npm install --package-lock-only writes it)".format(where)

def _package_problem(package, entry):
    workspace, _, below = package.path.partition("node_modules/")
    problem = field_problem("npm_path", "node_modules/" + below, "its path")
    if workspace and not problem:
        problem = field_problem("archive_path", workspace.removesuffix("/"), "the path of its workspace")
    if problem:
        return problem
    if entry.get("link"):
        problem = field_problem("archive_path", package.link, "resolved")
        return problem and "it is a link to {}, outside of the directory of package-lock.json; move that below it, or publish it".format(shown(package.link))
    return _source_problem(entry) or (
        fields_problem({"integrity": "integrity", "name": "npm_name", "version": "npm_version"}, {
            "integrity": package.integrity,
            "name": package.name,
            "version": package.version,
        }) or
        (field_problem("url", package.resolved, "resolved") if _is_remote(package.resolved) else None)
    )

def _source_problem(entry):
    """Return why a package cannot be fetched from the lock's URL, if so."""
    resolved = entry.get("resolved")
    if type(resolved) == "string" and resolved.startswith(("git+", "git:", "github:", "git@")):
        return "it comes from a git repository ({}), which has no hash of its files; depend on a published version or a tarball's URL".format(shown(resolved))
    if type(resolved) == "string" and resolved.startswith("file:"):
        return "it comes from a file next to the lock ({}), which is not fetched; publish it, or make it a workspace".format(shown(resolved))
    if not entry.get("integrity") or not entry.get("version"):
        return "it is not pinned: it has no `integrity` or no `version`; `npm install --package-lock-only`, after you delete the lock, writes both"
    return None

def _is_remote(resolved):
    # npm leaves it out on request; other forms (`file:`) are not read.
    return resolved != None and (type(resolved) != "string" or "://" in resolved)

def _strongest(integrity):
    # Subresource Integrity: several hashes may be there, separated by spaces.
    if type(integrity) != "string":
        return integrity
    hashes = integrity.split(" ")
    for algorithm in ("sha512-", "sha384-", "sha256-"):
        for value in hashes:
            if value.startswith(algorithm):
                return value.partition("?")[0]
    return hashes[0]
