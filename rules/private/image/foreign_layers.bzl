"""Reads the layers of images that other tools have made."""

load("//rules/private/interpreter:tools.bzl", "action_params", "add_param", "run_tool")

visibility("//...")

def describe_foreign_layers(ctx, *, config, manifest, blobs, linked_files = depset(), known = []):
    """Register the action that reads the layers of a foreign image.

    It runs only when it is needed: for an image on this base, a test, a bill of materials.

    Args:
      ctx: The rule or aspect context; it must have `ACTION_TOOLS`.
      config: File. The image config.
      manifest: File. The image manifest.
      blobs: List of File. Where the layers are: files named by the hexadecimal digits of their
        digests, or OCI layout directories.
      linked_files: Depset of File. The targets of symbolic links in `blobs`.
      known: List of File. Facts of the layers that Plinth has made.

    Returns:
      File. The facts of all layers.
    """
    facts = ctx.actions.declare_file(ctx.label.name + ".layers.json")
    params = action_params(ctx, "foreign-layers")
    add_param(params, "config", config)
    add_param(params, "manifest", manifest)
    for blob in blobs:
        add_param(params, "blob", blob)
    for file in known:
        add_param(params, "known", file)
    add_param(params, "out", facts)
    run_tool(
        ctx,
        params = params,
        inputs = depset([config, manifest] + blobs + known, transitive = [linked_files]),
        outputs = [facts],
        mnemonic = "ForeignLayers",
        progress_message = "Reading the layers of %{label}",
    )
    return facts
