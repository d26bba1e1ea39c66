"""Unpacks wheels."""

visibility("//...")

def unpack_wheel(rctx, wheel, output):
    """Unpack a wheel, which is a zip archive by another name.

    Args:
      rctx: The repository context.
      wheel: Path of the wheel.
      output: Directory to unpack into.
    """
    archive = ".wheel.zip"
    rctx.symlink(wheel, archive)
    rctx.extract(archive, output = output)
    rctx.delete(archive)
