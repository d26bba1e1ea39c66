"""Sends images to registries, and to the daemons of this machine."""

load("//rules/private:renamed.bzl", "renamed_macro")
load("//rules/private/publish:image_load.bzl", _image_load = "image_load")
load("//rules/private/publish:image_push.bzl", _image_push = "image_push")
load("//rules/private/publish:image_push_all.bzl", _image_push_all = "image_push_all")
load("//rules/private/publish:pin_images.bzl", _pin_images = "pin_images")

image_load = _image_load
image_push = _image_push
image_push_all = _image_push_all
pin_images = _pin_images
push_all = renamed_macro("push_all", "image_push_all")
