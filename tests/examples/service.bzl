"""What every example that serves is held to."""

load("//tests:pytest.bzl", "pytest_test")

def service_test(name, *, image, greeting, largest_mb, layers, json_path = ""):
    """Starts an image, talks to it and stops it.

    Args:
      name: Name of the test.
      image: The image.
      greeting: What `/` says.
      largest_mb: The size that the image stays below, in MB compressed.
      layers: How the history of the layers above the base begins, lowest first.
      json_path: A path that a third-party library helps to answer.
    """
    pytest_test(
        name = name,
        tools = ["image"],
        srcs = [Label("//tests/examples:service_test.py")],
        environment = {
            "GREETING": greeting,
            "JSON_PATH": json_path,
            "LAYERS": "|".join(layers),
            "LARGEST_MB": str(largest_mb),
        },
        layouts = {"IMAGE": image},
        deps = ["//tests/container"],
    )
