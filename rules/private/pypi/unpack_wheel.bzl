"""Unpacks wheels."""

load("//rules/private/archive:unpack.bzl", "unpack_archives")

visibility("//...")

def unpack_wheel(rctx, wheel, output):
    """Unpack a wheel, which is a zip archive by another name.

    Args:
      rctx: The repository context.
      wheel: Path of the wheel.
      output: Directory to unpack into.
    """
    unpack_archives(rctx, {wheel: (output, "", rctx.path(wheel).basename)})
