"""Writes images as a layout directory, for those who ask for one."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS", "action_params", "add_param", "run_tool")

visibility("//...")

# For rules that have `image_outputs`.
OUTPUT_ATTRS = ACTION_TOOLS | {
    "_layout": attr.label(default = Label("//rules:layout"), providers = [BuildSettingInfo]),
}

def _make_layout(ctx, images, index):
    """Register the action that makes an OCI image-layout directory.

    Only this action reads the blobs, and it runs only when something needs the directory.

    Args:
      ctx: The rule context; the rule must have `OUTPUT_ATTRS`.
      images: List of `ImageInfo`: one, or those of an index.
      index: File. The index.

    Returns:
      File. The directory.
    """
    layout = ctx.actions.declare_directory(ctx.label.name)
    params = action_params(ctx, "layout")
    foreign_blobs = {blob: None for image in images for blob in image.foreign_blobs}.keys()
    inputs = [index] if index else []
    for image in images:
        blobs = [layer.blob for layer in image.layers]
        add_param(params, "image", {"config": image.config, "layers": blobs, "manifest": image.manifest})
        inputs += [image.config, image.manifest] + blobs
    if index:
        add_param(params, "index", index)
    for blob in foreign_blobs:
        add_param(params, "foreign_blob", blob)
    add_param(params, "out", layout)
    run_tool(
        ctx,
        params = params,
        inputs = depset(inputs + foreign_blobs, transitive = [image.linked_files for image in images]),
        outputs = [layout],
        mnemonic = "ImageLayout",
        progress_message = "Writing the layout of image %{label}",
    )
    return layout

def image_outputs(ctx, images, index = None):
    """Return what an image is to `bazel build`, and to targets that take it as files.

    That is the digest and a line about the image, which the build prints. The layout directory is
    an output group, and in the runfiles of programs and tests that have the image as `data`. With
    `//rules:layout` it is the only file.

    Bazel builds the hidden group for targets on the command line, and does not list it.

    Args:
      ctx: The rule context; the rule must have `OUTPUT_ATTRS`.
      images: List of `ImageInfo`: one, or those of an index.
      index: File. The index.

    Returns:
      Struct: `default`, a `DefaultInfo`, and `groups`, a dict for `OutputGroupInfo`.
    """
    layout = _make_layout(ctx, images, index)
    is_layout = ctx.attr._layout[BuildSettingInfo].value
    digest = ctx.actions.declare_file(ctx.label.name + ".digest")
    summary = ctx.actions.declare_file(ctx.label.name + ".summary.txt")
    params = action_params(ctx, "summary")
    for image in images:
        add_param(params, "manifest", image.manifest)
    if index:
        add_param(params, "index", index)
    add_param(params, "layout", "bazel-bin/" + layout.path.partition("/bin/")[2])
    if not is_layout:
        add_param(params, "layout_option", "--output_groups=+oci_layout")
    add_param(params, "out_digest", digest)
    add_param(params, "out", summary)
    run_tool(
        ctx,
        params = params,
        inputs = [image.manifest for image in images] + ([index] if index else []),
        outputs = [digest, summary],
        mnemonic = "ImageSummary",
        progress_message = "%{label}",
    )
    return struct(
        default = DefaultInfo(
            files = depset([layout] if is_layout else [digest, summary]),
            data_runfiles = ctx.runfiles([layout]),
        ),
        groups = {
            "digest": depset([digest]),
            "oci_layout": depset([layout]),
            "_hidden_top_level_INTERNAL_": depset([summary]),
        },
    )
