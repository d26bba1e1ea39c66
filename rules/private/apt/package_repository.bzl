"""A repository that holds one Debian package, fetched when something needs it."""

load("//rules/private/apt:mirrors.bzl", "download_package", "require_download")
load("//rules/private/apt:package_info.bzl", "PACKAGE_FACTS")

visibility("//...")

_BUILD = """\
load("{debian_package}", "debian_package")

debian_package(
    name = "package",
    deb = "{deb}",
    facts = {facts},
    size = {size},
    visibility = ["//visibility:public"],
)
"""

def _package_repository_impl(rctx):
    package = json.decode(rctx.attr.package)
    deb = "{name}_{architecture}.deb".format(**package)
    result, urls = download_package(rctx, package, json.decode(rctx.attr.archive), deb)
    require_download(result, package, urls)
    rctx.file("BUILD.bazel", _BUILD.format(
        deb = deb,
        debian_package = Label("//rules/private/apt:debian_package.bzl"),
        facts = repr({key: package[key] for key in PACKAGE_FACTS}),
        size = package["size"],
    ))

package_repository = repository_rule(
    implementation = _package_repository_impl,
    doc = "Fetches one package of a lock.",
    attrs = {
        "archive": attr.string(mandatory = True, doc = "The archive's object of the lock, as JSON."),
        "package": attr.string(mandatory = True, doc = "The package's object of the lock, as JSON."),
    },
)
