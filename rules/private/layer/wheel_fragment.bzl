"""Turns one wheel into a fragment."""

load("//rules/private/layer:compression.bzl", "FORMATS")
load("//rules/private/layer:fragment.bzl", "make_fragment")

visibility("//...")

def wheel_fragment(ctx, *, name, wheel, distribution, version, python, directory = "", interpreter = "", path_policy = None, formats = FORMATS):
    """Register the action that makes the fragment of a wheel.

    Args:
      ctx: The rule context; the rule must have `FRAGMENT_ATTRS`.
      name: Name of the output files without extension.
      wheel: File. The wheel.
      distribution: Its normalized name.
      version: Its version.
      python: The version of Python that it was chosen for: `3.13`.
      directory: Where its modules go; empty for where Debian's Python looks.
      interpreter: Path of Python in the image; empty for Debian's.
      path_policy: `PathPolicyInfo`, or None.
      formats: The formats that layers may use.

    Returns:
      `FragmentInfo`.
    """
    directory = directory or "/usr/local/lib/python{}/dist-packages".format(python)
    return make_fragment(
        ctx,
        name = name,
        verb = "wheel-fragment",
        params = [
            ("wheel", wheel),
            ("prefix", directory.strip("/")),
            ("interpreter", interpreter or "/usr/bin/python" + python),
        ] + [("policy", rule) for rule in (path_policy.rules if path_policy else [])],
        inputs = [wheel],
        mnemonic = "WheelFragment",
        progress_message = "Unpacking wheel {} {}".format(distribution, version),
        origin = distribution,
        formats = formats,
    )
