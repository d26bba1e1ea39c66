"""Reads the URL of pip's default index from pip itself."""

load("//rules/private/apt:mirrors.bzl", "download_package", "require_download")
load("//rules/private/archive:unpack.bzl", "unpack_archives")
load("//rules/private/pypi:unpack_wheel.bzl", "unpack_wheel")

visibility("//...")

def index_of_pip(rctx):
    """Read the address out of Debian's package of pip.

    Args:
      rctx: The repository context; its rule must have `DEFAULT_INDEX_ATTRS`.

    Returns:
      A URL.
    """
    lock = json.decode(rctx.read(rctx.attr._interpreter_lock))
    (package,) = [package for package in lock["packages"]["amd64"] if package["name"] == "python3-pip-whl"]
    result, urls = download_package(rctx, package, lock["archives"][package["archive"]], ".pip/pip.deb")
    require_download(result, package, urls)
    unpack_archives(rctx, {".pip/pip.deb": (".pip/root", "", package["name"])})
    (wheel,) = [file for file in rctx.path(".pip/root/usr/share/python-wheels").readdir() if file.basename.startswith("pip-")]
    unpack_wheel(rctx, wheel, ".pip/wheel")
    text = rctx.read(".pip/wheel/pip/_internal/models/index.py")
    rctx.delete(".pip")
    return text.partition("PyPI = PackageIndex(\"")[2].partition("\"")[0] + "simple"

DEFAULT_INDEX_ATTRS = {
    "_interpreter_lock": attr.label(default = Label("//tools/python:interpreter.lock.json")),
}

def _default_index_repository_impl(rctx):
    rctx.file("url", index_of_pip(rctx))
    rctx.file("BUILD.bazel", "")

default_index_repository = repository_rule(
    implementation = _default_index_repository_impl,
    doc = "The URL of pip's default index.",
    attrs = DEFAULT_INDEX_ATTRS,
)
