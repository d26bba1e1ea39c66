"""Brings images where they are used: into registries, and into the daemons of this machine."""

load("//rules/private/publish:image_load.bzl", _image_load = "image_load")
load("//rules/private/publish:image_push.bzl", _image_push = "image_push")
load("//rules/private/publish:pin_images.bzl", _pin_images = "pin_images")
load("//rules/private/publish:push_all.bzl", _push_all = "push_all")

image_load = _image_load
image_push = _image_push
pin_images = _pin_images
push_all = _push_all
