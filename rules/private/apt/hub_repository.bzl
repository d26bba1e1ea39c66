"""The repository that gives the packages of one lock their names.

    @debian13//libssl3t64            the package for the target platform, with its dependencies
    @debian13//libssl3t64:amd64      the same for a named architecture
            │
            ▼  labels only: nothing is fetched before a build needs it
    @debian13_libssl3t64_amd64//:package     one repository per package and architecture

Dependencies run one way: hub → packages. A package repository knows nothing of the hub.

`@debian13//:lock.bzl` tells BUILD files what is locked: `PLATFORMS`, from the architectures that the
lock has to platforms of //rules/platforms, and `VERSIONS`, by architecture and name.
"""

load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private/apt:cycles.bzl", "cycle_members")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES", "platform")

visibility("//...")

_HEADER = """\
load("{package_closure}", "package_closure")

package(default_visibility = ["//visibility:public"])
"""

_LOCK = """\
\"\"\"What is locked.\"\"\"

PLATFORMS = {platforms}

VERSIONS = {versions}
"""

_CLOSURE = """
package_closure(
    name = "{architecture}",
    package = "{package}",
    cycle = {cycle},
    deps = {deps},
)
"""

def _hub_repository_impl(rctx):
    repositories = json.decode(rctx.attr.repositories)
    depends = json.decode(rctx.attr.depends)
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
            targets.setdefault(name, {})[architecture] = _CLOSURE.format(
                architecture = architecture,
                cycle = repr([_package_label(repositories, architecture, member) for member in cycle if member != name]),
                deps = repr(deps),
                package = _package_label(repositories, architecture, name),
            )
    for name, closures in targets.items():
        rctx.file(name + "/BUILD.bazel", _HEADER.format(
            package_closure = Label("//rules/private/apt:package_closure.bzl"),
        ) + constraint_alias(
            name,
            {ARCHITECTURES[architecture][0]: ":" + architecture for architecture in closures},
            "{} is locked for {} only".format(name, ", ".join(closures)),
        ) + "".join(closures.values()))
    rctx.file("BUILD.bazel", "")
    rctx.file("lock.bzl", _LOCK.format(
        platforms = json.encode_indent({architecture: str(platform(architecture)) for architecture in depends}, indent = "    "),
        versions = json.encode_indent(json.decode(rctx.attr.versions), indent = "    "),
    ))

def _package_label(repositories, architecture, name):
    return "@{}//:package".format(repositories[architecture][name])

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Names the packages of one lock.",
    attrs = {
        "depends": attr.string(mandatory = True, doc = "JSON: architecture -> package -> names it depends on."),
        "repositories": attr.string(mandatory = True, doc = "JSON: architecture -> package -> name of its repository."),
        "versions": attr.string(mandatory = True, doc = "JSON: architecture -> package -> version."),
    },
)
