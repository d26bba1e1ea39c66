"""Common parts of the images of all languages."""

load("//rules/private/image:image.bzl", "image")
load("//rules/private/inspect:closure_test.bzl", "closure_test")
load("//rules/private/language:program_layer.bzl", "program_layer")

visibility("//...")

# Common attributes of rules that control where and when a target is built.
_EVERYWHERE = ("compatible_with", "exec_compatible_with", "tags", "target_compatible_with", "testonly")

def build_attributes(attributes):
    """Those attributes of an image that its accompanying targets must have as well.

    Args:
      attributes: Dict of attributes.

    Returns:
      A dict.
    """
    return {key: attributes[key] for key in _EVERYWHERE if key in attributes}

def program_path(name, *, binary, directory):
    """Where a program goes.

    Args:
      name: Name of the image.
      binary: Label of the program.
      directory: Directory in the image.

    Returns:
      Absolute path in the image.
    """
    program = native.package_relative_label(binary).name
    return "/" + "{}/{}".format(directory.strip("/"), program).lstrip("/")

def checked_image(name, *, allow, **kwargs):
    """An image, and the test that everything its programs need is in it.

    Args:
      name: Name of the image.
      allow: Accepted problems, as `closure_test` takes them.
      **kwargs: Attributes of the image.
    """
    if "missing" in kwargs:
        fail("//{}:{}: `missing` is now `allow`, as in closure_test".format(native.package_name(), name))
    image(name = name, **kwargs)
    closure_test(
        name = name + "_closure_test",
        size = "small",
        allow = allow,
        image = ":" + name,
        **build_attributes(kwargs)
    )

def program_image(name, *, binary, directory, layers, allow, **kwargs):
    """An image that runs one program.

    Args:
      name: Name of the image.
      binary: The program.
      directory: Where it goes.
      layers: Layers between the base and the program.
      allow: Accepted problems, as `closure_test` takes them.
      **kwargs: Attributes of the image.
    """
    path = program_path(name = name, binary = binary, directory = directory)
    program_layer(
        name = name + "_program",
        path = path,
        program = binary,
        **build_attributes(kwargs)
    )
    checked_image(
        name = name,
        allow = allow,
        **({"entrypoint": [path]} | kwargs | {"layers": layers + [":{}_program".format(name)]})
    )
