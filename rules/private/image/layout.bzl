"""Lays images out as a directory."""

load("//rules/private/interpreter:tools.bzl", "action_params", "add_param", "run_tool")

visibility("//...")

def make_layout(ctx, images, index = None):
    """Register the action that makes an OCI image-layout directory.

    Nothing but this action reads the blobs, and it runs only when the directory is built.

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
    add_param(params, "shown_as", "bazel-bin/" + layout.path.partition("/bin/")[2])
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
        progress_message = "Laying out image %{label}",
    )
    return layout
