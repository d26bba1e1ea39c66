"""What the services have in common: wheels, sources next to the BUILD file, and the test of
both."""

load("@rules_plinth//rules:check.bzl", "closure_test")
load("@rules_plinth//rules:image.bzl", "image")
load("@rules_plinth//rules:layer.bzl", "files_layer", "wheels_layer")

def service(name, *, wheels, **kwargs):
    """An image of the sources in app/, and its test.

    Args:
      name: Name of the image.
      wheels: What the sources and the command need.
      **kwargs: Attributes of the image.
    """
    wheels_layer(
        name = name + "_dependencies",
        wheels = wheels,
    )
    files_layer(
        name = name + "_app",
        srcs = native.glob(["app/**/*.py"]),
    )
    image(
        name = name,
        base = "@rules_plinth//base/python3:debian13_nonroot",
        layers = [
            ":{}_dependencies".format(name),
            ":{}_app".format(name),
        ],
        workdir = "/app",
        **kwargs
    )
    closure_test(
        name = name + "_closure_test",
        image = ":" + name,
    )
