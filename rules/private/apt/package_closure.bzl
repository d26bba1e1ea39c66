"""The rules behind `@hub//package:architecture` and `@hub//:essential`: packages with all they need."""

load("//rules/private/apt:package_info.bzl", "PackageClosureInfo", "PackageInfo")

# Repositories that the extension writes load it.
visibility("public")

def _package_closure_impl(ctx):
    return [
        DefaultInfo(files = ctx.attr.package[DefaultInfo].files),
        ctx.attr.package[PackageInfo],
        PackageClosureInfo(
            named = [ctx.attr.package[PackageInfo]],
            packages = depset(
                [target[PackageInfo] for target in [ctx.attr.package] + ctx.attr.cycle],
                transitive = [target[PackageClosureInfo].packages for target in ctx.attr.deps],
            ),
        ),
    ]

package_closure = rule(
    implementation = _package_closure_impl,
    doc = "A locked package and its dependencies. Written by the hub repositories of the `apt` extension.",
    attrs = {
        "cycle": attr.label_list(
            providers = [PackageInfo],
            doc = "The other packages that depend on this one and that it depends on.",
        ),
        "deps": attr.label_list(
            providers = [PackageClosureInfo],
            doc = "Closures of what the package, or one on a cycle with it, depends on.",
        ),
        "package": attr.label(mandatory = True, providers = [PackageInfo], doc = "The package itself."),
    },
    provides = [PackageClosureInfo, PackageInfo],
)

def _package_closures_impl(ctx):
    return [
        DefaultInfo(files = depset(transitive = [target[DefaultInfo].files for target in ctx.attr.deps])),
        PackageClosureInfo(
            named = [package for target in ctx.attr.deps for package in target[PackageClosureInfo].named],
            packages = depset(transitive = [target[PackageClosureInfo].packages for target in ctx.attr.deps]),
        ),
    ]

package_closures = rule(
    implementation = _package_closures_impl,
    doc = "Several locked packages and their dependencies. Written by the hub repositories of the `apt` extension.",
    attrs = {
        "deps": attr.label_list(
            mandatory = True,
            providers = [PackageClosureInfo],
            doc = "The packages.",
        ),
    },
    provides = [PackageClosureInfo],
)
