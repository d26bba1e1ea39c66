"""Reports on images, from facts: what they expose, what an update moves, how two of them differ."""

load("//rules/private/inspect:image_surface.bzl", _image_surface = "image_surface")

image_surface = _image_surface
