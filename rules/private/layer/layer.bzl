"""Combines fragments into a layer."""

load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS", "action_params", "add_params", "run_tool")
load("//rules/private/layer:compression.bzl", "FORMATS", "LAYER_ATTRS", "compression_param", "layer_format")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")

visibility("//...")

def make_layer(ctx, *, name, fragments, created_by, packages = [], below = [], kept = [], asked = []):
    """Register the action that concatenates fragments to a layer.

    Args:
      ctx: The rule context; the rule must have `LAYER_ATTRS`.
      name: Name of the output files without extension.
      fragments: List of `FragmentInfo`, in the order of the layer.
      created_by: The layer's line in the history of the image. It is part of the image's digest, so
        it describes the content, not names in the build.
      packages: List of `PackageInfo` that the layer holds in addition to those of its fragments.
      below: The layers below this one, as returned by `layers_below`. Directories that it needs but
        does not describe look as they do there.
      kept: List of strings. Names of packages in `below` in another version than the one that
        `packages` were resolved with.
      asked: List of strings. Names of packages that are wanted whole: of those that are below, the
        layer has what is missing there.

    Returns:
      `LayerInfo`.
    """
    format = layer_format(ctx)
    blob = ctx.actions.declare_file("{}.tar.{}".format(name, FORMATS[format]))
    facts = ctx.actions.declare_file(name + ".layer.json")
    inputs = [layer.facts for layer in below]
    segments = []
    for fragment in fragments:
        parts = {"facts": fragment.facts[format], "segment": fragment.segments[format]}
        segments.append(("segment", parts))
        inputs += parts.values()
    params = action_params(ctx, "layer")
    add_params(
        params,
        segments +
        [("below", layer.facts) for layer in below] +
        [("kept", package) for package in kept] +
        [("asked", package) for package in asked] +
        [
            ("compression", compression_param(ctx, format)),
            ("created_by", created_by),
            ("out_layer", blob),
            ("out_facts", facts),
        ],
    )
    run_tool(
        ctx,
        params = params,
        inputs = inputs,
        outputs = [blob, facts],
        mnemonic = "Layer",
        progress_message = "Assembling layer {} of %{{label}}".format(name.rpartition("/")[2]),
    )
    packages = packages + [package for fragment in fragments for package in fragment.packages]
    return LayerInfo(blob = blob, facts = facts, packages = depset(packages))

def layer_providers(made):
    """The providers of a rule whose target is one layer.

    Args:
      made: `LayerInfo` of `make_layer`.

    Returns:
      List of providers.
    """
    return [
        DefaultInfo(files = depset([made.blob])),
        made,
        OutputGroupInfo(facts = depset([made.facts])),
    ]

def _layer_impl(ctx):
    return layer_providers(make_layer(
        ctx,
        name = ctx.label.name,
        created_by = ctx.attr.created_by,
        fragments = [fragment[FragmentInfo] for fragment in ctx.attr.fragments],
    ))

layer = rule(
    implementation = _layer_impl,
    doc = "A layer of fragments such as `accounts`, `ca_certificates`, `ld_so_cache` and `os_release`.",
    attrs = LAYER_ATTRS | {
        "created_by": attr.string(default = "plinth: generated files", doc = "The layer's line in the history of the image."),
        "fragments": attr.label_list(mandatory = True, providers = [FragmentInfo], doc = "The fragments, in the order of the layer."),
    },
    provides = [LayerInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
