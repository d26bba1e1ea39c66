"""Layers of Debian packages, planned so that an update moves little."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private:target_architecture.bzl", "target_architecture")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "layer_format")
load("//rules/private/layer:configuration.bzl", "CONFIGURATION_ATTRS", "make_configuration")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layers_info.bzl", "LayersInfo", "layers_below")
load("//rules/private/layer:ld_so_cache.bzl", "make_ld_so_cache")
load("//rules/private/layer:packages.bzl", "PACKAGES_ATTRS", "fragment_of", "make_packages_layer", "select_packages")
load("//rules/private/layer:plan.bzl", "POLICIES", "plan_layers")

visibility("//...")

def _packages_layers_impl(ctx):
    if ctx.attr.budget < 1:
        fail("{}: a budget of {} layers is too small; set it to 1 or more".format(label_name(ctx.label), ctx.attr.budget))
    selection = select_packages(ctx)
    plan = plan_layers(selection.packages, ctx.attr.policy, ctx.attr.budget) or [[]]
    fragments = [[fragment_of(ctx, package) for package in packages] for packages in plan]
    more = [fragment_of(ctx, package) for package in selection.completed]
    more += [target[FragmentInfo] for target in ctx.attr.fragments]
    base = layers_below(ctx.attr.base)
    flat = [fragment for layer in fragments for fragment in layer] + more
    configuration = make_configuration(
        ctx,
        asked = selection.asked,
        name = ctx.label.name + "_/configuration",
        below = base,
        fragments = flat,
    )
    if ctx.attr.ld_so_cache and "ld_so_cache" not in ctx.attr.effects:
        more.append(make_ld_so_cache(
            ctx,
            name = ctx.label.name + "_/ld_so_cache",
            architecture = target_architecture(ctx).debian,
            facts = [layer.facts for layer in base] + [fragment.facts[layer_format(ctx)] for fragment in flat],
        ))
    fragments[-1].extend(more + configuration)
    layers = []
    for number, packages in enumerate(plan):
        # The configuration may change files of each of these layers.
        siblings = layers if configuration and number == len(plan) - 1 else []
        layers = layers + [make_packages_layer(
            ctx,
            name = "{}_/{}".format(ctx.label.name, number),
            completed = selection.completed if number == len(plan) - 1 else [],
            fragments = fragments[number],
            packages = packages,
            selection = selection,
            siblings = siblings,
        )]
    return [
        DefaultInfo(files = depset([layer.blob for layer in layers])),
        LayersInfo(layers = layers),
        OutputGroupInfo(facts = depset([layer.facts for layer in layers])),
    ]

packages_layers = rule(
    implementation = _packages_layers_impl,
    doc = """\
Debian packages and everything they depend on, in several layers.

The lock alone determines which packages share a layer, so that an update moves few bytes:
packages of one source stay together, and packages with frequent updates stay apart from large ones.

```starlark
packages_layers(
    name = "imaging",
    packages = ["@debian13//libvips42t64"],
    base = ["@rules_plinth//base/cc:debian13_layers"],
    budget = 3,
)
```
""",
    attrs = PACKAGES_ATTRS | CONFIGURATION_ATTRS | {
        "budget": attr.int(default = 4, doc = "The largest number of layers."),
        "fragments": attr.label_list(providers = [FragmentInfo], doc = "Further fragments, for the last layer."),
        "ld_so_cache": attr.bool(
            doc = "Whether the last layer has /etc/ld.so.cache for these packages and the layers below, even if `effects` lacks `ld_so_cache`.",
        ),
        "policy": attr.string(
            default = "budget",
            values = POLICIES,
            doc = "`budget` (at most `budget` layers), `per_package`, or `one`.",
        ),
    },
    provides = [LayersInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
