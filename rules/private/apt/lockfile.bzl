"""Reads lock files. tools/lock/lockfile/lockfile.py writes them and describes the format."""

load("//rules/private:grammar.bzl", "field_problem", "fields_problem", "shown")
load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")

visibility("//...")

_VERSION = 1

_PACKAGE = {
    "architecture": "debian_architecture",
    "archive": "archive_name",
    "name": "debian_name",
    "sha256": "sha256",
    "size": "size",
    "source": "debian_name",
    "source_version": "debian_version",
    "version": "debian_version",
}

def read_lock(module_ctx, label):
    """Read a lock file.

    Args:
      module_ctx: The module context.
      label: Label of the lock file.

    Returns:
      The decoded lock and None, or None and what is wrong with the file. The extension must not
      fail then, because the target that makes the lock is loaded through it.
    """
    path = module_ctx.path(label)
    if not path.exists:
        return None, "{}: there is no such lock file yet".format(label_name(label))
    return parse_lock(module_ctx.read(path), label_name(label))

def parse_lock(text, label):
    """Read the content of a lock file.

    Args:
      text: The content.
      label: The name of the lock file in messages.

    Returns:
      As `read_lock`.
    """
    lock = json.decode(text, default = None)
    if type(lock) != "dict" or "packages" not in lock or "archives" not in lock:
        return None, "{}: not a lock file of Plinth".format(label)
    if lock.get("version") != _VERSION:
        return None, "{}: the lock has format version {}, and this version of Plinth reads version {}".format(label, lock.get("version"), _VERSION)
    problem = _archives_problem(lock["archives"]) or _packages_problem(lock) or _provided_problem(lock)
    if problem:
        return None, "{}: {}".format(label, problem)
    return lock, None

def _archives_problem(archives):
    if type(archives) != "dict":
        return "archives should be an object"
    for name, archive in archives.items():
        problem = field_problem("archive_name", name, "the name of an archive") or fields_problem({}, archive, optional = {
            "archive": "archive_name",
            "directory": "text",
            "snapshot": "stamp",
        })
        if not problem and type(archive.get("mirrors", [])) != "list":
            problem = "mirrors should be a list"
        for mirror in [] if problem else archive.get("mirrors", []):
            problem = problem or field_problem("mirror", mirror, "a mirror")
        if problem:
            return "archive {}: {}".format(shown(name), problem)
    return None

def _packages_problem(lock):
    if type(lock["packages"]) != "dict":
        return "packages should be an object"
    for architecture, packages in lock["packages"].items():
        if architecture not in ARCHITECTURES:
            return "it is locked for {}, which is not one of {}".format(shown(architecture), ", ".join(ARCHITECTURES))
        if type(packages) != "list":
            return "the packages for {} should be a list".format(architecture)
        names = {package.get("name"): None for package in packages if type(package) == "dict" and type(package.get("name")) == "string"}
        seen = {}
        for package in packages:
            problem = _package_problem(package, architecture, names, lock["archives"])
            if not problem and package["name"] in seen:
                problem = "it is there twice"
            if problem:
                name = package.get("name") if type(package) == "dict" else package
                return "package {} for {}: {}".format(shown(name), architecture, problem)
            seen[package["name"]] = None
    return None

def _provided_problem(lock):
    provided = lock.get("provided", {})
    if type(provided) != "dict" or [names for names in provided.values() if type(names) != "dict"]:
        return "provided should be an object of objects"
    for architecture, names in provided.items():
        locked = {package["name"]: None for package in lock["packages"].get(architecture, [])}
        for name, provider in names.items():
            problem = field_problem("debian_name", name, "provided")
            if not problem and name in locked:
                problem = "provided: {} is locked itself".format(shown(name))
            if not problem and (type(provider) != "string" or provider not in locked):
                problem = "{}, which provides {}, is not locked".format(shown(provider), name)
            if problem:
                return problem
    return None

def _package_problem(package, architecture, names, archives):
    problem = fields_problem(_PACKAGE, package, optional = {"snapshot": "stamp"})
    if problem:
        return problem
    if package["architecture"] not in (architecture, "all"):
        return "architecture = {} should be {} or all".format(shown(package["architecture"]), architecture)
    if package["archive"] not in archives:
        return "archive = {} is none of the lock's archives".format(shown(package["archive"]))
    problem = _filename_problem(package.get("filename"), archives[package["archive"]])
    if problem:
        return problem

    # Keys are the names; the first version of Plinth wrote a list.
    if type(package.get("depends")) not in ("dict", "list"):
        return "depends should be an object"
    for dependency in package["depends"]:
        if type(dependency) != "string" or dependency not in names:
            return "it depends on {}, which is not locked".format(shown(dependency))
    return None

def _filename_problem(filename, archive):
    if type(filename) == "string" and "://" in filename:
        return field_problem("url", filename, "filename")

    # Files of your own directory have the names that you gave them.
    return field_problem("archive_path" if archive.get("directory") else "pool_path", filename, "filename")

def _unusable_lock_repository_impl(rctx):
    fail("{}.\nMake it with the `apt_lock` target of its manifest: bazel run //…:….lock".format(rctx.attr.problem))

unusable_lock_repository = repository_rule(
    implementation = _unusable_lock_repository_impl,
    doc = "Replaces the packages of an unusable lock, and reports the reason when a target needs them.",
    attrs = {
        "problem": attr.string(mandatory = True, doc = "What is wrong with the lock."),
    },
)
