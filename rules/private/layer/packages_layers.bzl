"""Layers of Debian packages, planned so that an update moves little."""

load("//rules/private/apt:platforms.bzl", "target_architecture")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "layer_format")
load("//rules/private/layer:configuration.bzl", "CONFIGURATION_ATTRS", "EFFECTS", "make_configuration")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layers_info.bzl", "LayersInfo", "layers_of")
load("//rules/private/layer:ld_so_cache.bzl", "make_ld_so_cache")
load("//rules/private/layer:packages.bzl", "PACKAGES_ATTRS", "fragment_of", "make_packages_layer", "select_packages")
load("//rules/private/layer:plan.bzl", "POLICIES", "plan_layers")

visibility("//...")

def _packages_layers_impl(ctx):
    selection = select_packages(ctx)
    plan = plan_layers(selection.packages, ctx.attr.policy, ctx.attr.budget) or [[]]
    fragments = [[fragment_of(ctx, package) for package in packages] for packages in plan]
    more = [target[FragmentInfo] for target in ctx.attr.fragments]
    base = layers_of(ctx.attr.base)
    flat = [fragment for layer in fragments for fragment in layer] + more
    configuration = make_configuration(
        ctx,
        name = ctx.label.name + "_/configuration",
        below = base,
        fragments = flat,
    )
    if ctx.attr.ld_so_cache and "ld_so_cache" not in ctx.attr.effects:
        more.append(make_ld_so_cache(
            ctx,
            name = ctx.label.name + "_/ld_so_cache",
            architecture = ctx.attr.architecture,
            facts = [layer.facts for layer in base] + [fragment.facts[layer_format(ctx)] for fragment in flat],
        ))
    fragments[-1].extend(more + configuration)
    layers = []
    for number, packages in enumerate(plan):
        # What the configuration changes may be in any of these layers.
        siblings = layers if configuration and number == len(plan) - 1 else []
        layers = layers + [make_packages_layer(
            ctx,
            name = "{}_/{}".format(ctx.label.name, number),
            fragments = fragments[number],
            kept = selection.kept,
            packages = packages,
            siblings = siblings,
        )]
    return [
        DefaultInfo(files = depset([layer.blob for layer in layers])),
        LayersInfo(layers = layers),
        OutputGroupInfo(facts = depset([layer.facts for layer in layers])),
    ]

_packages_layers = rule(
    implementation = _packages_layers_impl,
    attrs = PACKAGES_ATTRS | CONFIGURATION_ATTRS | {
        "budget": attr.int(),
        "fragments": attr.label_list(providers = [FragmentInfo]),
        "ld_so_cache": attr.bool(),
        "policy": attr.string(values = POLICIES),
    },
    provides = [LayersInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

def packages_layers(
        name,
        *,
        packages,
        base = [],
        policy = "budget",
        budget = 4,
        effects = EFFECTS,
        ld_so_cache = False,
        fragments = [],
        leave_out = [],
        path_policy = None,
        compression = "",
        **kwargs):
    """Debian packages and everything they depend on, in several layers.

    Which packages share a layer is planned from the lock alone, so that an update moves few bytes:
    packages of one source stay together, and what is updated often stays apart from what is large.

    ```starlark
    packages_layers(
        name = "imaging",
        packages = ["@debian13//libvips42t64"],
        base = ["@rules_plinth//base/cc:debian13_layers"],
        budget = 3,
    )
    ```

    Args:
      name: Name of the target.
      packages: Packages of an `apt` hub. Their dependencies come along.
      base: Layers that lie below: packages that they hold are left out.
      policy: `budget` (at most `budget` layers), `per_package`, or `one`.
      budget: The largest number of layers.
      effects: What to do of what configures packages, in the last layer; as in `packages_layer`.
      ld_so_cache: Whether the last layer holds /etc/ld.so.cache for all of these packages and what
        lies below although `effects` lacks `ld_so_cache`.
      fragments: Further fragments, for the last layer.
      leave_out: Names of packages to leave out although others depend on them, because nothing that
        is taken needs them.
      path_policy: Which files to take. Unset, it is the build's default, and the packages' fragments
        are shared with every other layer.
      compression: `gzip`, `zstd`, or, for pullers that fetch files when they are read, `estargz` or
        `zstd:chunked`. Unset, it is the build's: `--@rules_plinth//rules:compression`.
      **kwargs: Attributes that every rule has.
    """
    if budget < 1:
        fail("{}: a budget of {} layers holds nothing".format(name, budget))
    _packages_layers(
        name = name,
        architecture = target_architecture(),
        base = base,
        budget = budget,
        compression = compression,
        effects = effects,
        fragments = fragments,
        ld_so_cache = ld_so_cache,
        leave_out = leave_out,
        packages = packages,
        path_policy = path_policy,
        policy = policy,
        **kwargs
    )
