"""The `apt` module extension: lock files in, repositories out.

It reads no index, resolves nothing and uses no network; its output depends only on the lock files.
"""

load("//rules/private:extension_metadata.bzl", "extension_metadata")
load("//rules/private:hub_names.bzl", "claim_name")
load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/apt:hub_repository.bzl", "hub_repository")
load("//rules/private/apt:lockfile.bzl", "read_lock", "unusable_lock_repository")
load("//rules/private/apt:package_info.bzl", "PACKAGE_FACTS")
load("//rules/private/apt:package_repository.bzl", "package_repository")
load("//rules/private/apt:tree_repository.bzl", "tree_repository")

visibility("//...")

_install_tag = tag_class(
    doc = "Makes the packages of a lock available as `@name//package`.",
    attrs = {
        "lock": attr.label(mandatory = True, doc = "The lock file, as written by `apt_lock`."),
        "name": attr.string(mandatory = True, doc = "Name of the hub repository, to be named in `use_repo` as well."),
    },
)

_override = tag_class(
    doc = """\
Replaces the lock of a hub that another module has made, such as that of Plinth's base images. Only the root module may.

```starlark
apt.override(
    lock = "//:debian13.lock.json",
    name = "plinth_debian13",  # the packages of all images of @rules_plinth//base on Debian 13
)
```
""",
    attrs = {
        "lock": attr.label(mandatory = True, doc = "The lock file, as written by `apt_lock`."),
        "name": attr.string(mandatory = True, doc = "Name that the other module has given its `apt.install`."),
    },
)

_tree = tag_class(
    doc = "Unpacks all packages of one architecture of a lock into one repository, for tools of the build.",
    attrs = {
        "architecture": attr.string(mandatory = True, doc = "Debian's name of the architecture."),
        "build_file": attr.label(mandatory = True, doc = "The BUILD file of the repository. It sees the repositories that rules_plinth sees, so let it export files, and use them in rules of your own."),
        "lock": attr.label(mandatory = True, doc = "The lock file, as written by `apt_lock`."),
        "name": attr.string(mandatory = True, doc = "Name of the repository."),
    },
)

def _repository_name(hub, package):
    # `+` is not allowed in repository names; `_` is never in package names (Policy 5.6.7).
    return "{}_{}_{}".format(hub, package["name"].replace("+", "_p"), package["architecture"])

def locked_repositories(name, lock):
    """The repositories that the packages of a lock are in.

    Args:
      name: Name of the hub.
      lock: The lock, checked.

    Returns:
      A tuple: by architecture and package the names of the repositories, the names that it depends
      on and its version; and by repository a tuple of what fetching needs of the package, and the
      name of its archive in the lock.
    """
    repositories = {}
    depends = {}
    made = {}
    for architecture, packages in lock["packages"].items():
        repositories[architecture] = {}
        depends[architecture] = {}
        for package in packages:
            repository = _repository_name(name, package)
            if repository in made and made[repository][0]["sha256"] != package["sha256"]:
                # Architectures may disagree on the version of an `Architecture: all` package.
                repository += "_" + package["sha256"][:8]
            repositories[architecture][package["name"]] = repository

            # Keys are the names; the values, the relations' texts, are for people.
            depends[architecture][package["name"]] = list(package["depends"])
            if repository not in made:
                made[repository] = (_package(package, lock["archives"]), package["archive"])
    versions = {
        architecture: {package["name"]: package["version"] for package in packages}
        for architecture, packages in lock["packages"].items()
    }
    return repositories, depends, versions, made

def _install_lock(name, lock, label, missing):
    archives = {key: json.encode(archive) for key, archive in _archives(lock, label).items()}
    repositories, depends, versions, made = locked_repositories(name, lock)
    for repository, (package, archive) in made.items():
        package_repository(name = repository, archive = archives[archive], package = json.encode(package))
    hub_repository(
        name = name,
        depends = json.encode(depends),
        missing = missing,
        provided = json.encode(lock.get("provided", {})),
        repositories = json.encode(repositories),
        versions = json.encode(versions),
        essential = json.encode({
            architecture: [package["name"] for package in packages if package.get("essential") == True]
            for architecture, packages in lock["packages"].items()
        }),
    )

def _unpack_tree(tag, lock):
    archives = _archives(lock, tag.lock)
    tree_repository(
        name = tag.name,
        build_file = tag.build_file,
        packages = json.encode([
            (_package(package, lock["archives"]), archives[package["archive"]])
            for package in lock["packages"][tag.architecture]
        ]),
    )

# The fields of packages and archives that fetching needs. With more, a new signature or index, or
# another package that depends on one, would fetch them again.

def _package(package, archives):
    facts = {key: package[key] for key in PACKAGE_FACTS}
    facts["size"] = package["size"]
    if "snapshot" in package:
        facts["snapshot"] = package["snapshot"]

    # From here on, an archive has the name that its mirrors use.
    facts["archive"] = archives[package["archive"]].get("archive", package["archive"])
    return facts

def _archives(lock, label):
    return {
        name: (
            {"directory": archive["directory"], "lock": str(label)} if archive.get("directory") else {"mirrors": archive.get("mirrors", []), "snapshot": archive.get("snapshot")}
        )
        for name, archive in lock["archives"].items()
    }

def _overrides(module_ctx):
    """The locks that the root module uses in place of others, by the names of hubs."""
    found = {}
    for module in module_ctx.modules:
        for tag in module.tags.override if module.is_root else []:
            if tag.name in found:
                fail("apt: '{}' is overridden twice".format(tag.name))
            found[tag.name] = tag.lock
    hubs = [tag.name for module in module_ctx.modules if not module.is_root for tag in module.tags.install]
    for name in found:
        if name not in hubs:
            fail("apt: override: no other module makes '{}'. There are: {}".format(name, ", ".join(sorted(hubs)) or "none"))
    return found

def missing_packages(lock, other):
    """Return the packages that a hub's lock names and another lock lacks.

    Args:
      lock: The lock that the hub was made for.
      other: The lock that replaces it.

    Returns:
      List of names.
    """
    names = {package["name"]: None for packages in lock["packages"].values() for package in packages}
    present = {package["name"]: None for packages in other["packages"].values() for package in packages}
    return [name for name in names if name not in present]

def _install(module_ctx, name, label, override):
    lock, problem = read_lock(module_ctx, label)
    missing = {}
    if override and not problem:
        other, problem = read_lock(module_ctx, override)
        if not problem:
            hint = "{} is not in {}, which replaces {}. Lock again, from the manifest of this version of the module.".format("{}", label_name(override), label_name(label))
            missing = {package: hint.format(package) for package in missing_packages(lock, other)}
            lock, label = other, override
    if problem:
        unusable_lock_repository(name = name, problem = problem)
    else:
        _install_lock(name, lock, label, missing)

def _apt_impl(module_ctx):
    overrides = _overrides(module_ctx)
    seen = {}
    for module in module_ctx.modules:
        for tag in module.tags.install + module.tags.tree:
            claim_name(seen, "apt", tag.name, module.name)
        for tag in module.tags.install:
            _install(module_ctx, tag.name, tag.lock, overrides.get(tag.name))
        for tag in module.tags.tree:
            lock, problem = read_lock(module_ctx, tag.lock)
            if lock and tag.architecture not in lock["packages"]:
                problem = "{}: locked for {}, not for {}".format(label_name(tag.lock), ", ".join(lock["packages"]), tag.architecture)
            if problem:
                unusable_lock_repository(name = tag.name, problem = problem)
            else:
                _unpack_tree(tag, lock)
    return extension_metadata(module_ctx, tags = lambda module: module.tags.install + module.tags.tree)

apt = module_extension(
    implementation = _apt_impl,
    doc = "Debian packages from lock files.",
    tag_classes = {"install": _install_tag, "override": _override, "tree": _tree},
)
