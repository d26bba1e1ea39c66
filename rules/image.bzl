"""Images: of one platform, of several platforms, and of other tools."""

load("//rules/private/image:healthcheck.bzl", _healthcheck = "healthcheck")
load("//rules/private/image:image.bzl", _image = "image")
load("//rules/private/image:image_index.bzl", _image_index = "image_index")
load("//rules/private/image:layout_image.bzl", _layout_image = "layout_image")

healthcheck = _healthcheck
image = _image
image_index = _image_index
layout_image = _layout_image
