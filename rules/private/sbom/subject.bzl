"""Passes an image, or an index with its images, to the tools that describe it."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/image:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/inspect:image_facts.bzl", "add_images", "images_of")
load("//rules/private/interpreter:tools.bzl", "add_param")

visibility("//...")

def add_subject(params, target):
    """Add the image that an action describes to its parameters.

    Args:
      params: `Args` made by `action_params`.
      target: Target with one of `IMAGE_PROVIDERS`.

    Returns:
      List of File: inputs of the action.
    """
    add_param(params, "name", label_name(target.label))
    index = [target[ImageIndexInfo].index] if ImageIndexInfo in target else []
    for file in index:
        add_param(params, "index", file)
    return index + add_images(params, target)

def root_of(target):
    """Return the file whose digest is that of the image or index.

    Args:
      target: Target with one of `IMAGE_PROVIDERS`.

    Returns:
      File: the manifest of an image, or the index.
    """
    return target[ImageIndexInfo].index if ImageIndexInfo in target else images_of(target)[0].manifest
