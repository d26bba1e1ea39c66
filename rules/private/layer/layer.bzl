"""Puts fragments together to a layer."""

load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/python:toolchain.bzl", "TOOLCHAIN_TYPE", "action_params", "add_param", "run_action_tool")

def make_layer(ctx, *, fragments, created_by, packages = depset()):
    """Register the action that concatenates fragments to a layer, and make its providers.

    Args:
      ctx: The rule context; the rule must ask for `TOOLCHAIN_TYPE`.
      fragments: List of `FragmentInfo`, in the order of the layer.
      created_by: What the image's history says of the layer. It is part of the image's digest, so
        it must tell of the content, not of names in the build.
      packages: Depset of `PackageInfo` that the layer holds.

    Returns:
      List of providers for a rule whose target is the layer.
    """
    blob = ctx.actions.declare_file(ctx.label.name + ".tar.gz")
    facts = ctx.actions.declare_file(ctx.label.name + ".layer.json")
    params = action_params(ctx, "layer")
    for fragment in fragments:
        add_param(params, "segment", {"facts": fragment.facts.path, "segment": fragment.segment.path})
    add_param(params, "created_by", created_by)
    add_param(params, "out_layer", blob)
    add_param(params, "out_facts", facts)
    run_action_tool(
        ctx,
        params = params,
        inputs = [file for fragment in fragments for file in (fragment.segment, fragment.facts)],
        outputs = [blob, facts],
        mnemonic = "Layer",
        progress_message = "Putting layer %{label} together",
    )
    return [
        DefaultInfo(files = depset([blob])),
        LayerInfo(blob = blob, facts = facts, packages = packages),
        OutputGroupInfo(facts = depset([facts])),
    ]

def _layer_impl(ctx):
    return make_layer(
        ctx,
        created_by = ctx.attr.created_by,
        fragments = [fragment[FragmentInfo] for fragment in ctx.attr.fragments],
    )

layer = rule(
    implementation = _layer_impl,
    doc = "A layer of fragments such as `accounts`, `ca_certificates`, `ld_so_cache` and `os_release`.",
    attrs = {
        "created_by": attr.string(default = "plinth: generated files", doc = "What the image's history says of the layer."),
        "fragments": attr.label_list(mandatory = True, providers = [FragmentInfo], doc = "The fragments, in the order of the layer."),
    },
    provides = [LayerInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
