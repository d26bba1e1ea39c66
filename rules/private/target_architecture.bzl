"""The Debian architecture that a target is built for, for rules that need it."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/apt:platforms.bzl", "ARCHITECTURES")

visibility("//...")

_TargetArchitectureInfo = provider(
    doc = "The architecture of the target platform.",
    fields = {
        "architecture": "String. OCI's name of it.",
        "debian": "String. Debian's name of it; empty if it has none.",
        "variant": "String. OCI's name of the variant; may be empty.",
    },
)

# For rules that call `target_architecture`.
TARGET_ARCHITECTURE = {
    "_target_architecture": attr.label(
        default = Label("//rules/private:target_architecture"),
        providers = [_TargetArchitectureInfo],
    ),
}

def target_architecture(ctx):
    """The architecture that a target is built for.

    Args:
      ctx: The rule context; the rule must have `TARGET_ARCHITECTURE`.

    Returns:
      Struct of `debian`, Debian's name of it, and OCI's `architecture` and `variant`.
    """
    info = ctx.attr._target_architecture[_TargetArchitectureInfo]
    if not info.debian:
        fail("{}: the target platform has none of Debian's architectures, which are {}. Set --platforms to one of @rules_plinth//rules/platforms.".format(
            label_name(ctx.label),
            ", ".join(ARCHITECTURES),
        ))
    return info

def _platform_architecture_impl(ctx):
    _, architecture, variant = ARCHITECTURES.get(ctx.attr.debian, ("", "", ""))
    return [_TargetArchitectureInfo(architecture = architecture, debian = ctx.attr.debian, variant = variant)]

platform_architecture = rule(
    implementation = _platform_architecture_impl,
    doc = "An architecture. One target of this rule selects it by the platform, for all other targets.",
    attrs = {
        "debian": attr.string(doc = "Debian's name of it."),
    },
    provides = [_TargetArchitectureInfo],
)
