"""One page about an image, for people."""

load("//rules/private/report:report.bzl", _report = "report")

report = _report
