"""Turns one Debian package into a fragment."""

load("//rules/private/layer:compression.bzl", "FORMATS")
load("//rules/private/layer:fragment.bzl", "make_fragment")

visibility("//...")

def package_fragment(ctx, *, name, deb, package, path_policy, formats = FORMATS):
    """Register the action that makes the fragment of a package.

    Args:
      ctx: The rule context; the rule must have `FRAGMENT_ATTRS`.
      name: Name of the output files without extension.
      deb: File. The package.
      package: Dict. The lock's entry of the package.
      path_policy: `PathPolicyInfo`.
      formats: The formats that layers may use.

    Returns:
      `FragmentInfo`.
    """
    return make_fragment(
        ctx,
        name = name,
        verb = "package-fragment",
        params = [("deb", deb), ("package", package)] + [("policy", rule) for rule in path_policy.rules],
        inputs = [deb],
        mnemonic = "PackageFragment",
        progress_message = "Unpacking {name} {version} ({architecture})".format(**package),
        origin = package["name"],
        formats = formats,
    )
