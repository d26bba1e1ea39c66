"""The rule behind one fetched Debian package."""

load("//rules/private/apt:package_info.bzl", "PackageInfo")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/layer:package_fragment.bzl", "package_fragment")
load("//rules/private/layer:path_policy.bzl", "PathPolicyInfo")

# Repositories that the extension writes load it.
visibility("public")

def _debian_package_impl(ctx):
    facts = ctx.attr.facts
    return [
        DefaultInfo(files = depset([ctx.file.deb])),
        PackageInfo(
            deb = ctx.file.deb,
            fragment = package_fragment(
                ctx,
                name = ctx.label.name,
                deb = ctx.file.deb,
                package = facts,
                path_policy = ctx.attr._path_policy[PathPolicyInfo],
            ),
            size = ctx.attr.size,
            **facts
        ),
    ]

debian_package = rule(
    implementation = _debian_package_impl,
    doc = "One Debian package of a lock. Written by the repositories of the `apt` extension.",
    attrs = FRAGMENT_ATTRS | {
        "deb": attr.label(mandatory = True, allow_single_file = [".deb"], doc = "The package."),
        "facts": attr.string_dict(mandatory = True, doc = "The lock's entry: the fields of `PackageInfo` that are strings."),
        "size": attr.int(mandatory = True, doc = "Size of the package in bytes."),
        "_path_policy": attr.label(default = Label("//rules:default_path_policy"), providers = [PathPolicyInfo]),
    },
    provides = [PackageInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
