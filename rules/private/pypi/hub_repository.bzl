"""The repository that gives the wheels of one requirements file their names."""

load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")

_BUILD = """\
package(default_visibility = ["//visibility:public"])

alias(
    name = "{distribution}",
    actual = select(
        {{
{choices}
        }},
        no_match_error = "{distribution} is pinned for {architectures} only",
    ),
)
"""

def _hub_repository_impl(rctx):
    for distribution in rctx.attr.distributions:
        rctx.file(distribution + "/BUILD.bazel", _BUILD.format(
            architectures = ", ".join(rctx.attr.architectures),
            choices = "\n".join([
                "            \"{}\": \"@{}_{}_{}//:wheel\",".format(ARCHITECTURES[architecture][0], rctx.attr.prefix, distribution, architecture)
                for architecture in rctx.attr.architectures
            ]),
            distribution = distribution,
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
