"""Images."""

load("//rules/private/image:image.bzl", _image = "image")

image = _image
