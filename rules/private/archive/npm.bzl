"""Finds packages in the npm registry.

No address of a registry is written down here. The user's own configuration comes first; where there
is none, the address is read out of npm itself, from Debian's package of it.
"""

load("//rules/private:client_configuration.bzl", "configured_url")
load("//rules/private/apt:mirrors.bzl", "download_package", "require_download")
load("//rules/private/archive:unpack.bzl", "unpack_archives")

visibility("//...")

# The file of npm with its defaults, and their syntax.
_DEFAULTS = "usr/share/nodejs/npm/lib/utils/config/definitions.js"
_REGISTRY = ("define('registry'", "default: '", "'")

def _configured(rctx):
    return configured_url(
        rctx,
        variables = ["PLINTH_NPM_REGISTRY", "NPM_CONFIG_REGISTRY", "npm_config_registry"],
        files = ["{home}/.npmrc", "/etc/npmrc", "/usr/local/etc/npmrc"],
        key = "registry",
    )

def _default_of_npm(rctx):
    lock = json.decode(rctx.read(rctx.attr._npm_lock))
    (package,) = lock["packages"].values()[0]
    result, urls = download_package(rctx, package, lock["archives"][package["archive"]], ".npm/npm.deb")
    require_download(result, package, urls)
    unpack_archives(rctx, {".npm/npm.deb": (".npm/root", "", package["name"])})
    text = rctx.read(".npm/root/" + _DEFAULTS)
    rctx.delete(".npm")
    before, start, end = _REGISTRY
    return text.partition(before)[2].partition(start)[2].partition(end)[0]

def npm_registry(rctx):
    """The address of the npm registry.

    Args:
      rctx: The repository context; its rule must have `NPM_ATTRS`.

    Returns:
      A URL.
    """
    return (_configured(rctx) or _default_of_npm(rctx)).rstrip("/")

def npm_tarball_url(registry, name, version):
    """Where a registry has the tarball of a package.

    Args:
      registry: Its address, as of `npm_registry`.
      name: Name of the package, with its scope if it has one.
      version: Its version.

    Returns:
      A URL, of the form that the npm registry and its mirrors share.
    """
    return "{}/{}/-/{}-{}.tgz".format(registry, name, name.rpartition("/")[2], version)

NPM_ATTRS = {
    "_npm_lock": attr.label(default = Label("//tools/npm:npm.lock.json")),
}
