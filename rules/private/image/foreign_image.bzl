"""Imports images from layout directories of other tools."""

load("//rules/private/image:foreign_layers.bzl", "describe_foreign_layers")
load("//rules/private/image:image_info.bzl", "ImageInfo")
load("//rules/private/interpreter:tools.bzl", "action_params", "add_param", "run_tool")

visibility("//...")

def foreign_image(ctx, *, layout, linked_files, platform = None, ref = "", known = []):
    """Register the actions that take an image out of a layout directory.

    Args:
      ctx: The rule or aspect context; it must have `ACTION_TOOLS`.
      layout: File. An OCI image-layout directory.
      linked_files: Depset of File. The targets of symbolic links in it: rules_oci's directories
        have links to layers in other places.
      platform: Struct of `architecture` and `variant`, OCI's names: which image of an index. None
        if the layout has only one image.
      ref: `org.opencontainers.image.ref.name` of the image, or nothing.
      known: List of File. Facts of the layers that Plinth has made.

    Returns:
      `ImageInfo`.
    """
    config = ctx.actions.declare_file(ctx.label.name + ".config.json")
    descriptor = ctx.actions.declare_file(ctx.label.name + ".descriptor.json")
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json")
    params = action_params(ctx, "layout-image")
    add_param(params, "layout", layout)
    if platform:
        add_param(params, "architecture", platform.architecture)
        add_param(params, "variant", platform.variant)
    if ref:
        add_param(params, "ref", ref)
    add_param(params, "out_config", config)
    add_param(params, "out_manifest", manifest)
    add_param(params, "out_image", descriptor)
    run_tool(
        ctx,
        params = params,
        inputs = depset([layout], transitive = [linked_files]),
        outputs = [config, manifest, descriptor],
        mnemonic = "LayoutImage",
        progress_message = "Reading the image of %{label}",
    )
    return ImageInfo(
        config = config,
        descriptor = descriptor,
        foreign_blobs = [layout],
        foreign_facts = describe_foreign_layers(
            ctx,
            blobs = [layout],
            config = config,
            known = known,
            linked_files = linked_files,
            manifest = manifest,
        ),
        layers = [],
        linked_files = linked_files,
        manifest = manifest,
        repositories = [],
    )
