"""A layer of Debian packages."""

load("//rules/private/layer:layer.bzl", "layer_providers")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:packages.bzl", "PACKAGES_ATTRS", "fragment_of", "make_packages_layer", "select_packages")
load("//rules/private/layer:plan.bzl", "plan_layers")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")

visibility("//...")

def _packages_layer_impl(ctx):
    selection = select_packages(ctx)
    plan = plan_layers(selection.packages, "one", 1)
    packages = plan[0] if plan else []
    return layer_providers(make_packages_layer(
        ctx,
        name = ctx.label.name,
        fragments = [fragment_of(ctx, package) for package in packages],
        kept = selection.kept,
        packages = packages,
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
""",
    attrs = PACKAGES_ATTRS,
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
