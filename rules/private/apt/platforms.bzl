"""Debian's architectures in the terms of Bazel's platforms and of OCI."""

# Debian's name -> (constraint value of @platforms, OCI architecture, OCI variant).
# https://wiki.debian.org/SupportedArchitectures, OCI image spec "Platform Variants".
ARCHITECTURES = {
    "amd64": ("@platforms//cpu:x86_64", "amd64", ""),
    "arm64": ("@platforms//cpu:aarch64", "arm64", ""),
    "armhf": ("@platforms//cpu:armv7", "arm", "v7"),
    "i386": ("@platforms//cpu:x86_32", "386", ""),
    "ppc64el": ("@platforms//cpu:ppc64le", "ppc64le", ""),
    "riscv64": ("@platforms//cpu:riscv64", "riscv64", ""),
    "s390x": ("@platforms//cpu:s390x", "s390x", ""),
}
