"""The repository that gives the wheels of one requirements file their names."""

load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")

visibility("//...")

_HEADER = """\
package(default_visibility = ["//visibility:public"])
"""

def _hub_repository_impl(rctx):
    for distribution in rctx.attr.distributions:
        rctx.file(distribution + "/BUILD.bazel", _HEADER + constraint_alias(
            distribution,
            {
                ARCHITECTURES[architecture][0]: "@{}_{}_{}//:wheel".format(rctx.attr.prefix, distribution, architecture)
                for architecture in rctx.attr.architectures
            },
            "{} is pinned for {} only".format(distribution, ", ".join(rctx.attr.architectures)),
        ))
    rctx.file("BUILD.bazel", "")

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Names the wheels of one requirements file.",
    attrs = {
        "architectures": attr.string_list(mandatory = True, doc = "Debian's names of the architectures."),
        "distributions": attr.string_list(mandatory = True, doc = "Normalized names."),
        "prefix": attr.string(mandatory = True, doc = "What the names of the wheels' repositories start with."),
    },
)
