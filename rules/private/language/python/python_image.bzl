"""Images of programs in Python. Separate from other languages, because it needs rules_python."""

load("//rules/private/language:program_image.bzl", "build_attributes", "checked_image", "program_path")
load("//rules/private/language/python:python_layers.bzl", "python_layers")

visibility("//...")

def python_image(
        name,
        *,
        binary,
        base = Label("//base/python3:debian13_nonroot"),
        directory = "/app",
        module = "",
        python = "3.13",
        budget = 2,
        layers = [],
        path_policy = None,
        allow = {},
        **kwargs):
    """An image that runs a program in Python.

    ```starlark
    python_image(
        name = "image",
        binary = ":server",  # a py_binary
        exposed_ports = ["8080/tcp"],
    )
    ```

    Third-party code is in layers below the application's, see `python_layers`. It also makes
    `<name>_closure_test`, which checks that everything that extension modules need is in the image.

    Args:
      name: Name of the image.
      binary: A `py_binary`, or a `py_library` together with `module`.
      base: The image below it, which has Python.
      directory: Where the program's runfiles go.
      module: The module to start, as after `python -m`. By default, the program's main file starts.
      python: Version of Python in the base. If empty, extension modules are not checked.
      budget: The largest number of layers for the program.
      layers: Layers between the base and the program: `packages_layer`, `files_layer`, ….
      path_policy: Which files of the program to leave out, wheels included. It sees paths in the image.
      allow: Accepted problems, as in `closure_test`: path or glob to the reason.
      **kwargs: Attributes of `image`: `cmd`, `env`, `exposed_ports`, `visibility`, ….
    """
    python_layers(
        name = name + "_program",
        binary = binary,
        budget = budget,
        directory = directory,
        module = module,
        path_policy = path_policy,
        python = python,
        **build_attributes(kwargs)
    )
    checked_image(
        name = name,
        base = base,
        layers = layers + [":{}_program".format(name)],
        allow = allow,
        **({"entrypoint": [program_path(name = name, binary = binary, directory = directory)]} | kwargs)
    )
