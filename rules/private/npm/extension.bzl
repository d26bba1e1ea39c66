"""The `npm` module extension: locks in, repositories of packages out."""

load("//rules/private:extension_metadata.bzl", "extension_metadata")
load("//rules/private:hub_names.bzl", "claim_name")
load("//rules/private/npm:npm_repository.bzl", "npm_repository")

visibility("//...")

_install = tag_class(
    doc = "Makes the packages of a lock available as `@name//:node_modules`.",
    attrs = {
        "lock": attr.label(mandatory = True, doc = "`package-lock.json`, of npm 7 or newer."),
        "name": attr.string(mandatory = True, doc = "Name of the repository, to be named in `use_repo` as well."),
    },
)

def _npm_impl(module_ctx):
    seen = {}
    for module in module_ctx.modules:
        for tag in module.tags.install:
            claim_name(seen, "npm", tag.name, module.name)
            npm_repository(name = tag.name, lock = tag.lock)
    return extension_metadata(module_ctx, tags = lambda module: module.tags.install)

npm = module_extension(
    implementation = _npm_impl,
    doc = "npm packages from `package-lock.json`.",
    tag_classes = {"install": _install},
)
