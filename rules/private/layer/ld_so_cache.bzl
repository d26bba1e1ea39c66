"""The dynamic loader's cache."""

load("//rules/private:target_architecture.bzl", "TARGET_ARCHITECTURE", "target_architecture")
load("//rules/private/interpreter:tools.bzl", "EXECUTION_CONSTRAINTS")
load("//rules/private/layer:compression.bzl", "FRAGMENT_ATTRS")
load("//rules/private/layer:fragment.bzl", "make_fragment")
load("//rules/private/layer:fragment_info.bzl", "FragmentInfo")
load("//rules/private/layer:layers_info.bzl", "BASE_PROVIDERS", "layers_below")
load("//rules/private/oci:oci_image_aspect.bzl", "IMAGE_ASPECTS")

visibility("//...")

def _facts_line(file):
    return json.encode({"facts": file.path})

def make_ld_so_cache(ctx, *, name, architecture, facts):
    """Register the actions that write ld.so.cache.

    Args:
      ctx: The rule context; the rule must have `FRAGMENT_ATTRS`.
      name: Name of the output files without extension.
      architecture: Debian's name of the architecture.
      facts: List of File: the facts of all layers and fragments that hold libraries.

    Returns:
      `FragmentInfo`.
    """
    facts = depset(facts)
    return make_fragment(
        ctx,
        name = name,
        verb = "ld-so-cache-fragment",
        params = [("architecture", architecture)],
        map_params = [(facts, _facts_line)],
        inputs = facts,
        mnemonic = "LdSoCacheFragment",
        progress_message = "Writing ld.so.cache of %{label}",
    )

def _ld_so_cache_impl(ctx):
    return [make_ld_so_cache(
        ctx,
        name = ctx.label.name,
        architecture = target_architecture(ctx).debian,
        facts = [layer.facts for layer in layers_below(ctx.attr.layers)],
    )]

ld_so_cache = rule(
    implementation = _ld_so_cache_impl,
    doc = "A fragment with /etc/ld.so.cache, as `ldconfig` would write it, for any architecture.",
    attrs = FRAGMENT_ATTRS | TARGET_ARCHITECTURE | {
        "layers": attr.label_list(
            mandatory = True,
            aspects = IMAGE_ASPECTS,
            providers = BASE_PROVIDERS,
            doc = "All layers of the image that hold libraries, and its base.",
        ),
    },
    provides = [FragmentInfo],
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)
