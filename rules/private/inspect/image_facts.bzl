"""Passes images to the tools that inspect them: as facts, never as blobs."""

load("//rules/private:label_name.bzl", "label_name")
load("//rules/private/image:image_index_info.bzl", "ImageIndexInfo")
load("//rules/private/image:image_info.bzl", "ImageInfo", "layer_facts")

visibility("//...")

# For attributes that take an image, alone or of several platforms.
IMAGE_PROVIDERS = [[ImageInfo], [ImageIndexInfo]]

def images_of(target):
    """The images of a target.

    Args:
      target: Target with one of `IMAGE_PROVIDERS`.

    Returns:
      List of `ImageInfo`.
    """
    return target[ImageIndexInfo].images if ImageIndexInfo in target else [target[ImageInfo]]

def image_files(image):
    """The files that describe an image.

    Args:
      image: `ImageInfo`.

    Returns:
      List of File.
    """
    return [image.config, image.manifest] + layer_facts(image)

def add_images(params, target, key = "image", format = ""):
    """Add the images of a target to the parameters of an action, one line for each.

    Args:
      params: `Args` made by `action_params`.
      target: Target with one of `IMAGE_PROVIDERS`.
      key: Name of the parameter.
      format: The compression format that they are built in, where there are several.

    Returns:
      List of File: inputs of the action.
    """
    images = images_of(target)
    params.add_all(
        [struct(format = format, image = image, key = key, label = label_name(target.label)) for image in images],
        map_each = _image_line,
    )
    return [file for image in images for file in image_files(image)]

def _image_line(item):
    image = item.image
    return json.encode({item.key: ({"format": item.format} if item.format else {}) | {
        "config": image.config.path,
        "label": item.label,
        "layers": [file.path for file in layer_facts(image)],
        "manifest": image.manifest.path,
    }})
