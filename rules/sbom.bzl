"""Documents about images for other tools: what they are made of, and how they were built."""

load("//rules/private/sbom:provenance.bzl", _provenance = "provenance")
load("//rules/private/sbom:sbom.bzl", _sbom = "sbom")

provenance = _provenance
sbom = _sbom
