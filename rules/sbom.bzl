"""What images are made of and how they were built, as documents for others."""

load("//rules/private/sbom:provenance.bzl", _provenance = "provenance")
load("//rules/private/sbom:sbom.bzl", _sbom = "sbom")

provenance = _provenance
sbom = _sbom
