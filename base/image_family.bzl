"""One kind of base image in all its variants."""

load("//base:catalogue.bzl", "CATALOGUE", "FROM_UPSTREAM")
load("//base:image_variants.bzl", "ELSEWHERE", "environment", "image_variants")
load("//base:locks.bzl", "LOCKS")
load("//rules:layer.bzl", "files_layer", "layer", "layers", "ld_so_cache", "packages_layers", "path_policy")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")  # buildifier: disable=bzl-visibility

def image_family(
        name,
        packages = [],
        on = None,
        final = False,
        budget = 1,
        omit_files = [],
        keep = [],
        symlinks = {},
        fragments = [],
        layers_above = [],
        env = {},
        version_env = {},
        entrypoint = None,
        debug_packages = [],
        debug_fragments = [],
        omit_packages = [],
        allow = {},
        architectures = None):
    """Defines the images of one family on one distribution.

    Makes `:<distribution>` (root), `_nonroot`, `_debug` (with a shell) and `_debug_nonroot`, for each
    `….index`, the same for all architectures, and `….push`, which publishes that and its `….sbom` as
    Google's images are named (`base-debian13:debug-nonroot`, `…-arm64`), and `:<distribution>_layers`, the layers that families
    above this one share.

    Args:
      name: Name of the distribution, a key of `DISTRIBUTIONS`.
      packages: Names of Debian packages. Their dependencies come along.
      on: Label of the family below, whose packages this one shares; None for the lowest.
      final: Whether no family is based on this one. Then its last layer of packages also holds
        ld.so.cache and `symlinks`, which otherwise need a layer of their own.
      budget: The largest number of layers for its packages.
      omit_files: Globs of paths to leave out of the packages, beyond the documentation.
      keep: Globs of paths to keep although `omit_files` names them.
      symlinks: Links to make, path to target. Must be those of every image that is based on this one.
      fragments: Further content of the last layer of packages.
      layers_above: Layers above the packages, such as those of upstream archives.
      env: Environment beyond that of the family at the bottom.
      version_env: Environment that has versions: name of the variable to the package whose upstream
        version is its value.
      entrypoint: Entrypoint of the images; debug images without one start the shell.
      debug_packages: Packages of the debug variants alone.
      debug_fragments: Further content of their layer.
      omit_packages: Names of packages to leave out although others depend on them.
      allow: Accepted problems, as in `closure_test`: path or glob to the reason.
      architectures: Debian's names of the architectures that there are images for; None for all that
        the distribution's lock has.
    """

    family = native.package_name().rpartition("/")[2]
    if name not in CATALOGUE.get(family, []) + FROM_UPSTREAM.get(family, []):
        fail("//base:catalogue.bzl does not list {} on {}".format(family, name))
    tags = [] if name == "debian13" and family in CATALOGUE else ELSEWHERE
    lock = LOCKS[name]
    below = [Label("{}:{}_layers".format(on, name))] if on else []

    def labels(names):
        return [Label("@{}//{}".format(name, package)) for package in names]

    path_policy(
        name = name + "_path_policy",
        omit = omit_files,
        keep = keep,
    )
    if symlinks:
        files_layer(
            name = name + "_symlinks",
            symlinks = symlinks,
            tags = tags,
        )
        fragments = fragments + [":{}_symlinks".format(name)]
    packages_layers(
        name = name + "_packages",
        base = below,
        budget = budget,
        effects = [],  # done by hand, and chosen
        fragments = fragments,
        ld_so_cache = final,
        omit = omit_packages,
        packages = labels(packages),
        path_policy = ":{}_path_policy".format(name) if omit_files else None,
        tags = tags,
    )
    layers(
        name = name + "_layers",
        layers = below + [":{}_packages".format(name)] + ([] if on else [Label("//base:{}_system".format(name))]),
        tags = tags,
        visibility = ["//visibility:public"],
    )
    own = [":{}_layers".format(name)]
    if on and not final:
        ld_so_cache(
            name = name + "_ld_so_cache",
            layers = own,
            tags = tags,
        )
        layer(
            name = name + "_top",
            created_by = "plinth: ld.so.cache",
            fragments = [":{}_ld_so_cache".format(name)],
            tags = tags,
        )
        own = own + [":{}_top".format(name)]
    own = own + layers_above
    debug = [Label("//base:{}_debug".format(name))]
    if debug_packages:
        packages_layers(
            name = name + "_debug_packages",
            base = own,
            budget = 1,
            effects = [],
            fragments = debug_fragments,
            packages = labels(debug_packages),
            path_policy = ":{}_path_policy".format(name) if omit_files else None,
            tags = tags,
        )
        debug = [":{}_debug_packages".format(name)] + debug

    image_variants(
        name = name,
        allow = allow,
        debug_layers = debug,
        entrypoint = entrypoint,
        env = lambda debug: _environment(lock, env, version_env, debug),
        layers = own,
        locks = [Label("//base:{}.lock.json".format(name))],
        platforms = [
            platform
            for architecture, platform in lock.platforms.items()
            if architecture in (architectures or lock.platforms)
        ],
        tags = lambda _: tags,
    )

def _environment(lock, env, version_env, debug):
    env = environment(debug, env)
    if not version_env:
        return env

    # Architectures may lag behind: a security update is not built everywhere at once.
    return select({
        ARCHITECTURES[architecture][0]: env | {
            variable: _upstream(lock.versions[architecture][package])
            for variable, package in version_env.items()
            if package in lock.versions[architecture]
        }
        for architecture in lock.platforms
    })

def _upstream(version):
    """The upstream version without the epoch, Debian's revision, and what Java calls the build: `1:21.0.9+10-1` gives `21.0.9`."""
    return version.rpartition(":")[2].partition("-")[0].partition("+")[0]
