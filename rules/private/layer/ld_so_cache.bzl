"""The dynamic loader's cache."""

load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layers_info.bzl", "LAYER_PROVIDERS", "layers_of")
load("//rules/private/python:toolchain.bzl", "TOOLCHAIN_TYPE")

def _facts_line(file):
    return json.encode({"facts": file.path})

def _ld_so_cache_impl(ctx):
    facts = depset([layer.facts for layer in layers_of(ctx.attr.layers)])
    return [make_fragment(
        ctx,
        name = ctx.label.name,
        verb = "ld-so-cache-fragment",
        params = [("architecture", ctx.attr.architecture)],
        map_params = [(facts, _facts_line)],
        inputs = facts,
        mnemonic = "LdSoCacheFragment",
        progress_message = "Writing ld.so.cache of %{label}",
    )]

_ld_so_cache = rule(
    implementation = _ld_so_cache_impl,
    attrs = {
        "architecture": attr.string(mandatory = True),
        "layers": attr.label_list(mandatory = True, providers = LAYER_PROVIDERS),
    },
    provides = [FragmentInfo],
    toolchains = [TOOLCHAIN_TYPE],
)

def ld_so_cache(name, layers, **kwargs):
    """A fragment with /etc/ld.so.cache, as `ldconfig` would write it, for any architecture.

    Args:
      name: Name of the target.
      layers: All layers of the image that hold libraries.
      **kwargs: Attributes that every rule has.
    """
    _ld_so_cache(
        name = name,
        architecture = select({
            constraint: architecture
            for architecture, (constraint, _, _) in ARCHITECTURES.items()
        }),
        layers = layers,
        **kwargs
    )
