"""Debian's architectures in the terms of Bazel's platforms and of OCI."""

visibility("//...")

# Debian's name -> (constraint value of @platforms, OCI architecture, OCI variant).
# https://wiki.debian.org/SupportedArchitectures, OCI image spec "Platform Variants".
ARCHITECTURES = {
    "amd64": (Label("@platforms//cpu:x86_64"), "amd64", ""),
    "arm64": (Label("@platforms//cpu:aarch64"), "arm64", ""),
    "armhf": (Label("@platforms//cpu:armv7"), "arm", "v7"),
    "i386": (Label("@platforms//cpu:x86_32"), "386", ""),
    "ppc64el": (Label("@platforms//cpu:ppc64le"), "ppc64le", ""),
    "riscv64": (Label("@platforms//cpu:riscv64"), "riscv64", ""),
    "s390x": (Label("@platforms//cpu:s390x"), "s390x", ""),
}

def platform(architecture):
    """The platform of //rules/platforms for an architecture.

    Args:
      architecture: Debian's name of it.

    Returns:
      A `Label`.
    """
    _, name, variant = ARCHITECTURES[architecture]
    return Label("//rules/platforms:" + "_".join(["linux", name] + ([variant] if variant else [])))
