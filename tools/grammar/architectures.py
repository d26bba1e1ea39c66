"""Debian's architectures that images can be built for."""

from __future__ import annotations

ARCHITECTURES = ("amd64", "arm64", "armhf", "i386", "ppc64el", "riscv64", "s390x")
"""Those of ``rules/private/apt/platforms.bzl``: for others Bazel has no constraint to select by."""
