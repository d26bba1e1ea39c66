"""Reports on images: what they expose, what an update moves, how two of them differ."""

load("//rules/private/inspect:image_diff.bzl", _image_diff = "image_diff")
load("//rules/private/inspect:image_surface.bzl", _image_surface = "image_surface")
load("//rules/private/inspect:image_transfer.bzl", _image_transfer = "image_transfer")

image_diff = _image_diff
image_surface = _image_surface
image_transfer = _image_transfer
