"""Lets rules_oci's targets be used as images."""

load("//rules/private/image:foreign_image.bzl", "foreign_image")
load("//rules/private/image:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/image:image_info.bzl", "ImageInfo", "layer_facts")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS", "EXECUTION_CONSTRAINTS", "action_params", "add_param", "run_tool")
load("//rules/private/layer:layer_info.bzl", "LayerInfo")
load("//rules/private/layer:layers_info.bzl", "LayersInfo", "layers_of")

visibility("//...")

def _known(attributes):
    """Return the facts of the parts of an `oci_image` that Plinth has made: its base, and some layers."""
    base = getattr(attributes, "base", None)
    found = layer_facts(base[ImageInfo]) if base and ImageInfo in base else []
    layers = [target for target in attributes.tars if LayerInfo in target or LayersInfo in target]
    return found + [layer.facts for layer in layers_of(layers)]

def _oci_image(target, ctx):
    return [foreign_image(
        ctx,
        known = _known(ctx.rule.attr),
        layout = target[DefaultInfo].files.to_list()[0],
        linked_files = target[DefaultInfo].default_runfiles.files,
    )]

def _oci_image_index(target, ctx):
    images = [image[ImageInfo] for image in ctx.rule.attr.images if ImageInfo in image]
    if len(images) < len(ctx.rule.attr.images):
        return []  # made by an unknown rule
    index = ctx.actions.declare_file(ctx.label.name + ".index.json")
    layout = target[DefaultInfo].files.to_list()[0]
    params = action_params(ctx, "layout-image")
    add_param(params, "layout", layout)
    add_param(params, "out_index", index)
    run_tool(
        ctx,
        params = params,
        inputs = [layout],
        outputs = [index],
        mnemonic = "LayoutIndex",
        progress_message = "Reading the index of %{label}",
    )
    return [ImageIndexInfo(images = images, index = index)]

# By the names of the rules, because nothing else distinguishes them.
_KINDS = {"oci_image": _oci_image, "oci_image_index": _oci_image_index}

def _oci_image_aspect_impl(target, ctx):
    if ImageInfo in target or ImageIndexInfo in target or ctx.rule.kind not in _KINDS:
        return []
    return _KINDS[ctx.rule.kind](target, ctx)

oci_image_aspect = aspect(
    implementation = _oci_image_aspect_impl,
    doc = """\
Gives rules_oci's `oci_image` the provider `ImageInfo`, and `oci_image_index` the provider `ImageIndexInfo`.

Every rule of Plinth that takes an image already has it; use it in your own rules:

```starlark
attr.label(aspects = [oci_image_aspect], aspects = IMAGE_ASPECTS, providers = [[ImageInfo], [ImageIndexInfo]])
```

Layers that Plinth has made are found below `base` and `tars`, and keep their facts. An action reads
the other layers, when a target needs them.
""",
    attr_aspects = ["base", "images", "tars"],
    attrs = ACTION_TOOLS,
    exec_compatible_with = EXECUTION_CONSTRAINTS,
)

# For attributes that take an image.
IMAGE_ASPECTS = [oci_image_aspect]
