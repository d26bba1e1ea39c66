"""One page about an image, for people."""

load("//rules/private/sbom:report.bzl", _report = "report")

report = _report
