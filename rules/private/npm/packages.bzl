"""The rules behind fetched npm packages."""

load("//rules/private/npm:package_info.bzl", "NpmPackagesInfo")

# Repositories that the extension writes load it.
visibility("public")

def _npm_package_impl(ctx):
    files = ctx.files.files
    return [
        DefaultInfo(files = depset(files)),
        NpmPackagesInfo(packages = [struct(
            files = files,
            name = ctx.attr.package,
            path = ctx.attr.path,
            root = "/" + ctx.attr.root + "/",
            version = ctx.attr.version,
        )]),
    ]

npm_package = rule(
    implementation = _npm_package_impl,
    doc = "One npm package. Written by the repositories of the `npm` extension.",
    attrs = {
        "files": attr.label_list(allow_files = True, doc = "Its files."),
        "package": attr.string(mandatory = True, doc = "Its name."),
        "path": attr.string(mandatory = True, doc = "Where it goes, `node_modules/…`."),
        "root": attr.string(mandatory = True, doc = "The directory of the repository that holds its files."),
        "version": attr.string(mandatory = True, doc = "Its version."),
    },
    provides = [NpmPackagesInfo],
)

def _npm_packages_impl(ctx):
    return [
        DefaultInfo(files = depset(ctx.files.packages)),
        NpmPackagesInfo(packages = [
            package
            for target in ctx.attr.packages
            for package in target[NpmPackagesInfo].packages
        ]),
    ]

npm_packages = rule(
    implementation = _npm_packages_impl,
    doc = "Several npm packages. Written by the repositories of the `npm` extension.",
    attrs = {
        "packages": attr.label_list(mandatory = True, providers = [NpmPackagesInfo], doc = "The packages."),
    },
    provides = [NpmPackagesInfo],
)
