"""Finds the package index, and files in it.

No address of an index is written down here. The user's own configuration comes first; where there
is none, the address is read out of pip itself, from Debian's package of it.
"""

load("//rules/private:client_configuration.bzl", "configured_url")
load("//rules/private/apt:mirrors.bzl", "download_package", "require_download", "unpack_package")

visibility("//...")

def _configured(rctx):
    return configured_url(
        rctx,
        variables = ["PLINTH_PYPI_INDEX", "PIP_INDEX_URL"],
        files = ["{home}/.config/pip/pip.conf", "{home}/.pip/pip.conf", "/etc/pip.conf"],
        key = "index-url",
    )

def _default_of_pip(rctx):
    lock = json.decode(rctx.read(rctx.attr._interpreter_lock))
    for package in lock["packages"]["amd64"]:
        if package["name"] == "python3-pip-whl":
            result, urls = download_package(rctx, package, lock["archives"][package["archive"]], ".pip/pip.deb")
            require_download(result, package, urls)
            unpack_package(rctx, ".pip/pip.deb", output = ".pip")
            wheels = rctx.path(".pip/usr/share/python-wheels")
            wheel = [file for file in wheels.readdir() if file.basename.startswith("pip-")][0]
            unpack_wheel(rctx, wheel, ".pip/wheel")
            text = rctx.read(".pip/wheel/pip/_internal/models/index.py")
            rctx.delete(".pip")
            return text.partition("PyPI = PackageIndex(\"")[2].partition("\"")[0] + "simple"
    fail("{}: python3-pip-whl is not locked".format(rctx.attr._interpreter_lock))

def unpack_wheel(rctx, wheel, output):
    """Unpack a wheel, which is a zip archive by another name.

    Args:
      rctx: The repository context.
      wheel: Path of the wheel.
      output: Directory to unpack into.
    """
    archive = ".wheel.zip"
    rctx.symlink(wheel, archive)
    rctx.extract(archive, output = output)
    rctx.delete(archive)

def index_files(rctx, distribution):
    """The files that the package index has of a distribution.

    Args:
      rctx: The repository context; its rule must have `INDEX_ATTRS`.
      distribution: Normalized name.

    Returns:
      Dict from SHA-256 to a struct with `filename` and `url`.
    """
    index = (_configured(rctx) or _default_of_pip(rctx)).rstrip("/")
    page_url = "{}/{}/".format(index, distribution)
    page = ".{}.html".format(distribution)
    result = rctx.download(url = page_url, output = page, allow_fail = True, headers = {"Accept": "text/html"})
    if not result.success:
        fail("{}: the package index does not answer at {}\nTo use another index, set PLINTH_PYPI_INDEX or PIP_INDEX_URL.".format(distribution, page_url))
    files = {}
    for link in rctx.read(page).split("<a ")[1:]:
        address = link.partition("href=\"")[2].partition("\"")[0].replace("&amp;", "&")
        url, _, fragment = address.partition("#")
        if fragment.startswith("sha256="):
            files[fragment.removeprefix("sha256=")] = struct(
                # A local version's plus may be escaped.
                filename = url.rpartition("/")[2].replace("%2B", "+").replace("%2b", "+"),
                url = _absolute(page_url, url),
            )
    rctx.delete(page)
    return files

def _absolute(base, url):
    if "://" in url:
        return url
    scheme, _, rest = base.partition("://")
    if url.startswith("//"):
        return scheme + ":" + url
    if url.startswith("/"):
        return "{}://{}{}".format(scheme, rest.partition("/")[0], url)
    directory = rest.rstrip("/").split("/")
    for part in url.split("/"):
        if part == "..":
            directory.pop()
        elif part != ".":
            directory.append(part)
    return scheme + "://" + "/".join(directory)

INDEX_ATTRS = {
    "_interpreter_lock": attr.label(default = Label("//tools/python:interpreter.lock.json")),
}
