"""The repository that gives the packages of one lock their names.

    @debian13//libssl3t64            the package for the target platform, with its dependencies
    @debian13//libssl3t64:amd64      the same for a named architecture
    @debian13//mail-transport-agent  what the manifest names, and one package provides
    @debian13//:essential            what the manifest names under `essential`
            │
            ▼  labels only: nothing is fetched before a build needs it
    @debian13_libssl3t64_amd64//:package     one repository per package and architecture

Dependencies run one way: hub → packages. A package repository does not know the hub.

`@debian13//:lock.bzl` lets BUILD files know what is locked: `PLATFORMS`, from the architectures that the
lock has to platforms of //rules/platforms, and `VERSIONS`, by architecture and name.
"""

load("//rules/private:build_file.bzl", "assignment", "call", "load_statement", "public_package")
load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private:refusal.bzl", "refusal")
load("//rules/private/apt:cycles.bzl", "cycle_members")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES", "platform")

visibility("//...")

def closure_files(repositories, depends, versions, essential = {}, missing = {}, provided = {}):
    """What the repository holds.

    Args:
      repositories: Dict: architecture -> package -> name of its repository.
      depends: Dict: architecture -> package -> names that it depends on.
      versions: Dict: architecture -> package -> version.
      essential: Dict: architecture -> names of the packages that the manifest calls essential.
      missing: Dict: missing package -> the message when a target needs it.
      provided: Dict: architecture -> name that no package has -> package that provides it.

    Returns:
      Dict from path to text.
    """
    targets = {}  # name -> {architecture: text of the target}
    for architecture, graph in depends.items():
        cycles = cycle_members(graph)
        for name in graph:
            cycle = cycles[name]
            deps = sorted({
                "//{}:{}".format(dependency, architecture): None
                for member in cycle
                for dependency in graph[member]
                if dependency not in cycle
            })
            targets.setdefault(name, {})[architecture] = call(
                "package_closure",
                name = architecture,
                package = _package_label(repositories, architecture, name),
                cycle = [_package_label(repositories, architecture, member) for member in cycle if member != name],
                deps = deps,
            )
    names = {}  # name that is provided -> {architecture: package}
    for architecture, providers in provided.items():
        for name, provider in providers.items():
            names.setdefault(name, {})[architecture] = provider
    files = {"BUILD.bazel": _essential(essential)}
    for name, providers in names.items():
        if name not in targets:
            files[name + "/BUILD.bazel"] = public_package() + constraint_alias(
                name,
                {ARCHITECTURES[architecture][0]: "//{}:{}".format(provider, architecture) for architecture, provider in providers.items()},
                "{} is locked for {} only".format(name, ", ".join(providers)),
            )
    for name, closures in targets.items():
        files[name + "/BUILD.bazel"] = load_statement(
            Label("//rules/private/apt:package_closure.bzl"),
            "package_closure",
        ) + public_package() + constraint_alias(
            name,
            {ARCHITECTURES[architecture][0]: ":" + architecture for architecture in closures},
            "{} is locked for {} only".format(name, ", ".join(closures)),
        ) + "".join(closures.values())
    for name, problem in missing.items():
        files[name + "/BUILD.bazel"] = refusal(name, problem)
    files["lock.bzl"] = "\"\"\"What is locked.\"\"\"\n\n" + assignment(
        "PLATFORMS",
        {architecture: str(platform(architecture)) for architecture in depends},
    ) + "\n" + assignment("VERSIONS", versions)
    return files

def _essential(essential):
    """The target of the packages that Debian takes to be on every system, if the lock has any."""
    chosen = {architecture: names for architecture, names in essential.items() if names}
    if not chosen:
        return ""
    return load_statement(
        Label("//rules/private/apt:package_closure.bzl"),
        "package_closures",
    ) + public_package() + constraint_alias(
        "essential",
        {ARCHITECTURES[architecture][0]: ":essential_" + architecture for architecture in chosen},
        "essential packages are locked for {} only".format(", ".join(chosen)),
    ) + "".join([
        call(
            "package_closures",
            name = "essential_" + architecture,
            deps = ["//{}:{}".format(name, architecture) for name in names],
        )
        for architecture, names in chosen.items()
    ])

def _package_label(repositories, architecture, name):
    return "@{}//:package".format(repositories[architecture][name])

def _hub_repository_impl(rctx):
    repositories, depends, versions, essential, provided = [
        json.decode(text)
        for text in (rctx.attr.repositories, rctx.attr.depends, rctx.attr.versions, rctx.attr.essential, rctx.attr.provided)
    ]
    files = closure_files(repositories, depends, versions, essential, rctx.attr.missing, provided)
    for path, text in files.items():
        rctx.file(path, text)

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Names the packages of one lock.",
    attrs = {
        "depends": attr.string(mandatory = True, doc = "JSON: architecture -> package -> names it depends on."),
        "essential": attr.string(default = "{}", doc = "JSON: architecture -> names of the packages that the manifest calls essential."),
        "missing": attr.string_dict(doc = "Missing package -> the message when a target needs it."),
        "provided": attr.string(default = "{}", doc = "JSON: architecture -> name that no package has -> package that provides it."),
        "repositories": attr.string(mandatory = True, doc = "JSON: architecture -> package -> name of its repository."),
        "versions": attr.string(mandatory = True, doc = "JSON: architecture -> package -> version."),
    },
)
