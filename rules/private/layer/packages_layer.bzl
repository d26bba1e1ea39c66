"""A layer of Debian packages."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:configuration.bzl", "CONFIGURATION_ATTRS", "make_configuration")
load("//rules/private/layer:layer.bzl", "layer_providers")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:layers_info.bzl", "layers_below")
load("//rules/private/layer:packages.bzl", "PACKAGES_ATTRS", "fragment_of", "make_packages_layer", "select_packages")
load("//rules/private/layer:plan.bzl", "plan_layers")

visibility("//...")

def _packages_layer_impl(ctx):
    selection = select_packages(ctx)
    plan = plan_layers(selection.packages, "one", 1)
    packages = plan[0] if plan else []
    fragments = [fragment_of(ctx, package) for package in packages + selection.completed]
    fragments += make_configuration(
        ctx,
        asked = selection.asked,
        name = ctx.label.name + "_/configuration",
        below = layers_below(ctx.attr.base),
        fragments = fragments,
    )
    return layer_providers(make_packages_layer(
        ctx,
        name = ctx.label.name,
        completed = selection.completed,
        fragments = fragments,
        packages = packages,
        selection = selection,
    ))

packages_layer = rule(
    implementation = _packages_layer_impl,
    doc = """\
A layer of Debian packages and everything they depend on.

```starlark
packages_layer(
    name = "imaging",
    packages = ["@debian13//libvips42t64"],
    base = ["@rules_plinth//base/cc:debian13_layers"],
)
```

The packages are configured: what `apt install` does beyond unpacking (accounts, alternatives,
directories, caches, …) is in the layer. No program of a package was run for it.
""",
    attrs = PACKAGES_ATTRS | CONFIGURATION_ATTRS,
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
