"""The images of a service: Debian's packages, configured, with what a container wants otherwise."""

load("@services//:lock.bzl", "PLATFORMS")
load("//base:catalogue.bzl", "SERVICES")
load("//base:image_variants.bzl", "ELSEWHERE", "environment", "image_variants")
load("//rules:layer.bzl", "files_layer", "packages_layers", "path_policy")
load("//rules/private/layer:configuration.bzl", "EFFECTS")  # buildifier: disable=bzl-visibility

# For maintainer scripts, service managers, editors and people.
_OMIT = [
    "etc/cron.*/**",
    "etc/default/**",
    "etc/init.d/**",
    "etc/logrotate.d/**",
    "etc/ufw/**",
    "usr/lib/systemd/**",
    "usr/share/bug/**",
    "usr/share/vim/**",
]

# For programs in Perl that few containers call.
PERL = [
    "libbz2-1.0",
    "libgdbm-compat4t64",
    "libgdbm6t64",
    "libperl5.40",
    "perl",
    "perl-base",
    "perl-modules-5.40",
]

def service_family(
        name,
        packages,
        entrypoint,
        cmd = None,
        files = {},
        directories = {},
        symlinks = {},
        writable = [],
        env = {},
        omit_files = [],
        keep = [],
        omit_packages = [],
        fragments = [],
        budget = 1,
        effects = EFFECTS,
        layers = [],
        on = "//base/base",
        user = "0",
        allow = {},
        **kwargs):
    """Defines the images of a service on one distribution.

    Makes what `image_variants` says. `:<distribution>` is as Debian has it: the service starts as root
    and gives that up for its own account, if it can. `_nonroot` is user 65532 from the start, whom the
    directories belong to that the service writes.

    Args:
      name: Name of the distribution.
      packages: Names of Debian packages. Their dependencies come along.
      entrypoint: The program, and arguments that keep it in the foreground.
      cmd: Arguments that users may want to replace.
      files: Its configuration: file to path, in place of a package's own file of that path.
      directories: Directories that no package makes: path to mode.
      symlinks: Links to make, path to target.
      writable: Directories that belong to nonroot in the images of that name, with mode 0755.
      env: Environment beyond that of all images.
      omit_files: Globs of paths to leave out of the packages, beyond the documentation.
      effects: What to do of what configures packages; as in `packages_layer`.
      keep: Globs of paths to keep although `omit_files` names them.
      omit_packages: Names of packages to leave out although others depend on them.
      fragments: Further content of the last layer of packages.
      budget: The largest number of layers for its packages.
      layers: Further layers, above those of the packages.
      on: Label of the family whose layers are below.
      user: Who runs the images that are not for nonroot.
      allow: Accepted problems, as in `closure_test`: path or glob to the reason.
      **kwargs: Further attributes of the images, such as `exposed_ports`, `stop_signal`, `volumes`.
    """
    family = native.package_name().rpartition("/")[2]
    if name not in SERVICES.get(family, []):
        fail("//base:catalogue.bzl does not list {} on {}".format(family, name))
    base = Label("{}:{}_layers".format(on, name))
    path_policy(
        name = name + "_path_policy",
        omit = _OMIT + omit_files + [path.lstrip("/") for path in files.values()],
        keep = keep,
    )
    files_layer(
        name = name + "_configuration",
        directories = directories,
        files = files,
        symlinks = symlinks,
    )
    packages_layers(
        name = name + "_packages",
        base = [base],
        budget = budget,
        effects = effects,
        fragments = fragments + [":{}_configuration".format(name)],
        omit = omit_packages,
        packages = [Label("@services//" + package) for package in packages],
        path_policy = ":{}_path_policy".format(name),
    )
    files_layer(
        name = name + "_writable",
        directories = {path: "0755" for path in writable},
        gid = 65532,
        uid = 65532,
    )
    image_variants(
        name = name,
        allow = allow,
        cmd = cmd,
        debug_layers = [Label("//base:{}_debug".format(name))],
        entrypoint = entrypoint,
        env = lambda debug: environment(debug, env),
        layers = [base, ":{}_packages".format(name)] + layers,
        locks = [Label("//base:{}.lock.json".format(lock)) for lock in (name, "services")],
        nonroot_layers = [":{}_writable".format(name)] if writable else [],
        platforms = PLATFORMS.values(),
        tags = lambda variant: ELSEWHERE if variant.debug else [],
        user = user,
        **kwargs
    )
