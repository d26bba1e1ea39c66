"""The repository that gives the wheels of one requirements file their names."""

load("//rules/private:build_file.bzl", "public_package")
load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")

visibility("//...")

def hub_files(architectures, distributions, prefix):
    """What the repository holds.

    Args:
      architectures: List of Debian's names of architectures.
      distributions: List of normalized names.
      prefix: What the names of the wheels' repositories start with.

    Returns:
      Dict from path to text.
    """
    return {"BUILD.bazel": ""} | {
        distribution + "/BUILD.bazel": public_package() + constraint_alias(
            distribution,
            {
                ARCHITECTURES[architecture][0]: "@{}_{}_{}//:wheel".format(prefix, distribution, architecture)
                for architecture in architectures
            },
            "{} is pinned for {} only".format(distribution, ", ".join(architectures)),
        )
        for distribution in distributions
    }

def _hub_repository_impl(rctx):
    for path, text in hub_files(rctx.attr.architectures, rctx.attr.distributions, rctx.attr.prefix).items():
        rctx.file(path, text)

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Names the wheels of one requirements file.",
    attrs = {
        "architectures": attr.string_list(mandatory = True, doc = "Debian's names of the architectures."),
        "distributions": attr.string_list(mandatory = True, doc = "Normalized names."),
        "prefix": attr.string(mandatory = True, doc = "What the names of the wheels' repositories start with."),
    },
)
