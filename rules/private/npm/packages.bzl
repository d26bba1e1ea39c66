"""The rules behind fetched npm packages."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/npm:npm_fragment.bzl", "npm_fragment")
load("//rules/private/npm:package_info.bzl", "NpmPackagesInfo")

# Repositories that the extension writes load it.
visibility("public")

def _npm_package_impl(ctx):
    files = ctx.files.files
    package = {
        "files": files,
        "link": ctx.attr.link,
        "name": ctx.attr.package,
        "path": ctx.attr.path,
        "root": "/" + ctx.attr.root + "/",
        "version": ctx.attr.version,
    }
    fragment = npm_fragment(ctx, struct(**package), name = ctx.label.name)
    return [
        DefaultInfo(files = depset(files)),
        NpmPackagesInfo(packages = [struct(fragment = fragment, **package)]),
    ]

npm_package = rule(
    implementation = _npm_package_impl,
    doc = "One npm package. Written by the repositories of the `npm` extension.",
    attrs = FRAGMENT_ATTRS | {
        "files": attr.label_list(allow_files = True, doc = "Its files."),
        "link": attr.string(doc = "The directory of the workspace that it is a link to."),
        "package": attr.string(mandatory = True, doc = "Its name."),
        "path": attr.string(mandatory = True, doc = "Where it goes, `node_modules/…`."),
        "root": attr.string(doc = "The directory of the repository that holds its files."),
        "version": attr.string(doc = "Its version."),
    },
    provides = [NpmPackagesInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
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
