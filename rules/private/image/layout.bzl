"""Writes images as a layout directory."""

load("//rules/private/interpreter:tools.bzl", "action_params", "add_param", "run_tool")

visibility("//...")

def _make_layout(ctx, images, index):
    """Register the action that makes an OCI image-layout directory.

    Only this action reads the blobs, and it runs only when the directory is built.

    Args:
      ctx: The rule context; the rule must have `ACTION_TOOLS`.
      images: List of `ImageInfo`: one, or those of an index.
      index: File. The index.

    Returns:
      File. The directory.
    """
    layout = ctx.actions.declare_directory(ctx.label.name)
    params = action_params(ctx, "layout")
    layers = {layer.blob: layer for image in images for layer in image.layers}.values()
    foreign_blobs = {blob: None for image in images for blob in image.foreign_blobs}.keys()
    for image in images:
        add_param(params, "config", image.config)
        add_param(params, "manifest", image.manifest)
    if index:
        add_param(params, "index", index)
    for layer in layers:
        add_param(params, "layer", {"blob": layer.blob, "facts": layer.facts})
    for blob in foreign_blobs:
        add_param(params, "foreign_blob", blob)
    add_param(params, "out", layout)
    run_tool(
        ctx,
        params = params,
        inputs = depset(
            [file for image in images for file in (image.config, image.manifest)] +
            [file for layer in layers for file in (layer.blob, layer.facts)] +
            foreign_blobs + ([index] if index else []),
            transitive = [image.linked_files for image in images],
        ),
        outputs = [layout],
        mnemonic = "ImageLayout",
        progress_message = "Writing the layout of image %{label}",
    )
    return layout

def image_outputs(ctx, images, index = None):
    """Return the output of `bazel build` of an image: the layout directory, and a line about it on the console.

    The line is about the images that you name on the command line: Bazel builds the group of
    outputs for these, and does not list it.

    Args:
      ctx: The rule context; the rule must have `ACTION_TOOLS`.
      images: List of `ImageInfo`: one, or those of an index.
      index: File. The index.

    Returns:
      Struct: `default`, a `DefaultInfo`, and `groups`, a dict for `OutputGroupInfo`.
    """
    layout = _make_layout(ctx, images, index)
    summary = ctx.actions.declare_file(ctx.label.name + ".summary.txt")
    params = action_params(ctx, "summary")
    for image in images:
        add_param(params, "manifest", image.manifest)
    if index:
        add_param(params, "index", index)
    add_param(params, "layout", "bazel-bin/" + layout.path.partition("/bin/")[2])
    add_param(params, "out", summary)
    run_tool(
        ctx,
        params = params,
        inputs = [image.manifest for image in images] + ([index] if index else []),
        outputs = [summary],
        mnemonic = "ImageSummary",
        progress_message = "%{label}",
    )
    return struct(
        default = DefaultInfo(files = depset([layout])),
        groups = {"_hidden_top_level_INTERNAL_": depset([summary])},
    )
