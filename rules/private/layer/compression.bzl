"""The compression of layers."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/private/interpreter:tools.bzl", "ACTION_TOOLS")

visibility("//...")

# Suffixes of compressed files.
FORMATS = {
    "estargz": "gz",
    "gzip": "gz",
    "zstd": "zst",
    "zstd:chunked": "zst",
}

# For every rule that makes fragments.
FRAGMENT_ATTRS = ACTION_TOOLS | {
    "_compression": attr.label(default = Label("//rules:compression"), providers = [BuildSettingInfo]),
    "_compression_level": attr.label(default = Label("//rules:compression_level"), providers = [BuildSettingInfo]),
}

# For every rule that makes layers.
LAYER_ATTRS = FRAGMENT_ATTRS | {
    "compression": attr.string(
        values = [""] + list(FORMATS),
        doc = "`gzip`, `zstd`, or, for lazy pulling, `estargz` or `zstd:chunked`. The default is `--@rules_plinth//rules:compression`.",
    ),
}

def layer_format(ctx):
    """The format that a layer is to be compressed in.

    Args:
      ctx: The rule context; the rule must have `LAYER_ATTRS`.

    Returns:
      A key of `FORMATS`.
    """
    return ctx.attr.compression or ctx.attr._compression[BuildSettingInfo].value

def compression_param(ctx, format):
    """Return the tools' parameters for a compression.

    Args:
      ctx: The rule context; the rule must have `FRAGMENT_ATTRS`.
      format: A key of `FORMATS`.

    Returns:
      Dict for the parameter `compression`.
    """

    # The level is for the format that is set with it; other formats have other scales.
    if format != ctx.attr._compression[BuildSettingInfo].value:
        return {"format": format}
    return {"format": format, "level": ctx.attr._compression_level[BuildSettingInfo].value}
