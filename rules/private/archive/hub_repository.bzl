"""The repository that gives the archives of one lock their names.

    @archives//nodejs24            the archive for the target platform
    @archives//nodejs24:amd64      the same for a named architecture
    @archives//:lock.bzl           VERSIONS and ARCHITECTURES, by name in the lock
"""

load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")

visibility("//...")

_HEADER = """\
package(default_visibility = ["//visibility:public"])
"""

_ALIAS = """
alias(
    name = "{architecture}",
    actual = "{actual}",
)
"""

_LOCK = """\
ARCHITECTURES = {architectures}
VERSIONS = {versions}
"""

def _hub_repository_impl(rctx):
    archives = json.decode(rctx.attr.archives)
    for key, architectures in archives.items():
        rctx.file(key + "/BUILD.bazel", _HEADER + constraint_alias(
            key,
            {ARCHITECTURES[architecture][0]: ":" + architecture for architecture in architectures},
            "{} is locked for {} only".format(key, ", ".join(architectures)),
        ) + "".join([
            _ALIAS.format(actual = "@{}//:archive".format(repository), architecture = architecture)
            for architecture, repository in architectures.items()
        ]))
    rctx.file("BUILD.bazel", "")
    rctx.file("lock.bzl", _LOCK.format(
        architectures = repr({key: list(architectures) for key, architectures in archives.items()}),
        versions = repr(rctx.attr.versions),
    ))

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Names the archives of one lock.",
    attrs = {
        "archives": attr.string(mandatory = True, doc = "JSON: archive -> architecture -> name of its repository."),
        "versions": attr.string_dict(mandatory = True, doc = "Archive -> version."),
    },
)
