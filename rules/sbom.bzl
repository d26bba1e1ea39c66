"""What images are made of, as documents for others: software bills of materials."""

load("//rules/private/sbom:sbom.bzl", _sbom = "sbom")

sbom = _sbom
