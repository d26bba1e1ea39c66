"""A layer of Debian packages."""

load("//rules/private/apt:platforms.bzl", "target_architecture")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:configuration.bzl", "CONFIGURATION_ATTRS", "EFFECTS", "make_configuration")
load("//rules/private/layer:layer.bzl", "layer_providers")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:layers_info.bzl", "layers_of")
load("//rules/private/layer:packages.bzl", "PACKAGES_ATTRS", "fragment_of", "make_packages_layer", "select_packages")
load("//rules/private/layer:plan.bzl", "plan_layers")

visibility("//...")

def _packages_layer_impl(ctx):
    selection = select_packages(ctx)
    plan = plan_layers(selection.packages, "one", 1)
    packages = plan[0] if plan else []
    fragments = [fragment_of(ctx, package) for package in packages]
    fragments += make_configuration(
        ctx,
        name = ctx.label.name + "_/configuration",
        below = layers_of(ctx.attr.base),
        fragments = fragments,
    )
    return layer_providers(make_packages_layer(
        ctx,
        name = ctx.label.name,
        fragments = fragments,
        kept = selection.kept,
        packages = packages,
    ))

_packages_layer = rule(
    implementation = _packages_layer_impl,
    attrs = PACKAGES_ATTRS | CONFIGURATION_ATTRS,
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

def packages_layer(
        name,
        *,
        packages,
        base = [],
        effects = EFFECTS,
        leave_out = [],
        path_policy = None,
        compression = "",
        **kwargs):
    """A layer of Debian packages and everything they depend on.

    ```starlark
    packages_layer(
        name = "imaging",
        packages = ["@debian13//libvips42t64"],
        base = ["@rules_plinth//base/cc:debian13_layers"],
    )
    ```

    The packages are configured: what `apt install` does beyond unpacking (accounts, alternatives,
    directories, caches, …) is in the layer, and nothing of a package was run for it.

    Args:
      name: Name of the target.
      packages: Packages of an `apt` hub. Their dependencies come along.
      base: Layers that lie below: packages that they hold are left out, and the configuration is
        made for them as well.
      effects: What to do of what configures packages. By default all of it; `[]` for nothing.
      leave_out: Names of packages to leave out although others depend on them, because nothing that
        is taken needs them.
      path_policy: Which files to take. Unset, it is the build's default, and the packages' fragments
        are shared with every other layer.
      compression: `gzip`, `zstd`, or, for pullers that fetch files when they are read, `estargz` or
        `zstd:chunked`. Unset, it is the build's: `--@rules_plinth//rules:compression`.
      **kwargs: Attributes that every rule has.
    """
    _packages_layer(
        name = name,
        architecture = target_architecture(),
        base = base,
        compression = compression,
        effects = effects,
        leave_out = leave_out,
        packages = packages,
        path_policy = path_policy,
        **kwargs
    )
