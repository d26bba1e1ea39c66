"""The repository that gives the archives of one lock their names.

    @archives//nodejs24            the archive for the target platform
    @archives//nodejs24:amd64      the same for a named architecture
    @archives//:lock.bzl           VERSIONS and ARCHITECTURES, by name in the lock
"""

load("//rules/private:build_file.bzl", "assignment", "call", "public_package")
load("//rules/private:constraint_alias.bzl", "constraint_alias")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")

visibility("//...")

def hub_files(archives, versions):
    """What the repository holds.

    Args:
      archives: Dict: archive -> architecture -> name of its repository.
      versions: Dict: archive -> version.

    Returns:
      Dict from path to text.
    """
    return {"BUILD.bazel": ""} | {
        key + "/BUILD.bazel": public_package() + constraint_alias(
            key,
            {ARCHITECTURES[architecture][0]: ":" + architecture for architecture in architectures},
            "{} is locked for {} only".format(key, ", ".join(architectures)),
        ) + "".join([
            call("alias", name = architecture, actual = "@{}//:archive".format(repository))
            for architecture, repository in architectures.items()
        ])
        for key, architectures in archives.items()
    } | {
        "lock.bzl": assignment(
            "ARCHITECTURES",
            {key: list(architectures) for key, architectures in archives.items()},
        ) + assignment("VERSIONS", versions),
    }

def _hub_repository_impl(rctx):
    for path, text in hub_files(json.decode(rctx.attr.archives), rctx.attr.versions).items():
        rctx.file(path, text)

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "Names the archives of one lock.",
    attrs = {
        "archives": attr.string(mandatory = True, doc = "JSON: archive -> architecture -> name of its repository."),
        "versions": attr.string_dict(mandatory = True, doc = "Archive -> version."),
    },
)
