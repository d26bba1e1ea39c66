"""Lays an image out as a directory."""

load("//rules/private/python:toolchain.bzl", "action_params", "add_param", "run_action_tool")

def make_layout(ctx, image):
    """Register the action that makes an OCI image-layout directory.

    Nothing but this action reads the blobs, and it runs only when somebody asks for the directory.

    Args:
      ctx: The rule context; the rule must ask for `TOOLCHAIN_TYPE`.
      image: `ImageInfo`.

    Returns:
      File. The directory.
    """
    layout = ctx.actions.declare_directory(ctx.label.name)
    params = action_params(ctx, "layout")
    add_param(params, "config", image.config)
    add_param(params, "manifest", image.manifest)
    for layer in image.layers:
        add_param(params, "layer", {"blob": layer.blob.path, "facts": layer.facts.path})
    add_param(params, "label", str(ctx.label).removeprefix("@@"))
    add_param(params, "out", layout.path)
    add_param(params, "shown_as", "bazel-bin/" + layout.path.partition("/bin/")[2])
    run_action_tool(
        ctx,
        params = params,
        inputs = [image.config, image.manifest] + [file for layer in image.layers for file in (layer.blob, layer.facts)],
        outputs = [layout],
        mnemonic = "ImageLayout",
        progress_message = "Laying out image %{label}",
    )
    return layout
