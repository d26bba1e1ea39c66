"""One kind of base image in all its variants."""

load("//rules:image.bzl", "image")
load("//rules:layer.bzl", "files_layer", "layer", "layers", "ld_so_cache", "packages_layers", "path_policy")

def image_family(name, packages, on = None, final = False, budget = 1, drop = [], keep = [], symlinks = {}, env = {}, entrypoint = None):
    """Defines the images of one family on one distribution.

    Makes `:<distribution>` (root) and `:<distribution>_nonroot`, and `:<distribution>_layers`, the
    layers that families above this one share.

    Args:
      name: Name of the distribution, a key of `DISTRIBUTIONS`.
      packages: Names of Debian packages. Their dependencies come along.
      on: Label of the family below, whose packages this one shares; None for the lowest.
      final: Whether no family stands on this one. Then its last layer of packages also holds
        ld.so.cache and `symlinks`, which otherwise need a layer of their own.
      budget: The largest number of layers for its packages.
      drop: Globs of paths to leave out of the packages, beyond the documentation.
      keep: Globs of paths to keep although `drop` names them.
      symlinks: Links to make, path to target.
      env: Environment beyond that of the family at the bottom.
      entrypoint: Entrypoint of the images.
    """
    below = [Label("{}:{}_layers".format(on, name))] if on else []
    path_policy(
        name = name + "_path_policy",
        drop = drop,
        keep = keep,
    )
    files_layer(
        name = name + "_symlinks",
        symlinks = symlinks,
    )
    packages_layers(
        name = name + "_packages",
        base = below,
        budget = budget,
        fragments = [":{}_symlinks".format(name)] if final else [],
        ld_so_cache = final,
        packages = [Label("@{}//{}".format(name, package)) for package in packages],
        path_policy = ":{}_path_policy".format(name) if drop else None,
    )
    layers(
        name = name + "_layers",
        layers = below + [":{}_packages".format(name)] + ([] if on else [Label("//base:{}_system".format(name))]),
        visibility = ["//visibility:public"],
    )
    own = [":{}_layers".format(name)]
    if on and not final:
        ld_so_cache(
            name = name + "_ld_so_cache",
            layers = own,
        )
        layer(
            name = name + "_top",
            created_by = "plinth: ld.so.cache, symlinks",
            fragments = [
                ":{}_ld_so_cache".format(name),
                ":{}_symlinks".format(name),
            ],
        )
        own = own + [":{}_top".format(name)]

    for suffix, user, workdir in (("", "0", "/"), ("_nonroot", "65532", "/home/nonroot")):
        image(
            name = name + suffix,
            entrypoint = entrypoint,
            env = {
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
            } | env,
            layers = own,
            user = user,
            visibility = ["//visibility:public"],
            workdir = workdir,
        )
