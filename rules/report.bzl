"""A report page about an image."""

load("//rules/private:renamed.bzl", "renamed_macro")
load("//rules/private/report:image_report.bzl", _image_report = "image_report")

image_report = _image_report
report = renamed_macro("report", "image_report")
