"""A repository that holds one Debian package, fetched when a target needs it."""

load("//rules/private:build_file.bzl", "call", "load_statement")
load("//rules/private/apt:mirrors.bzl", "download_package", "require_download")
load("//rules/private/apt:package_info.bzl", "PACKAGE_FACTS")

visibility("//...")

def package_file_name(package):
    """The file name of a package.

    Args:
      package: The package's object of the lock, checked.

    Returns:
      A string.
    """
    return "{name}_{architecture}.deb".format(**package)

def package_build_file(package):
    """The BUILD file of one package.

    Args:
      package: The package's object of the lock.

    Returns:
      Text.
    """
    return load_statement(Label("//rules/private/apt:debian_package.bzl"), "debian_package") + call(
        "debian_package",
        name = "package",
        deb = package_file_name(package),
        facts = {key: package[key] for key in PACKAGE_FACTS},
        size = package["size"],
        visibility = ["//visibility:public"],
    )

def _package_repository_impl(rctx):
    package = json.decode(rctx.attr.package)
    result, urls = download_package(rctx, package, json.decode(rctx.attr.archive), package_file_name(package))
    require_download(result, package, urls)
    rctx.file("BUILD.bazel", package_build_file(package))

package_repository = repository_rule(
    implementation = _package_repository_impl,
    doc = "Fetches one package of a lock.",
    attrs = {
        "archive": attr.string(mandatory = True, doc = "The archive's object of the lock, as JSON."),
        "package": attr.string(mandatory = True, doc = "The package's object of the lock, as JSON."),
    },
)
