"""Images of programs in C and C++."""

load("//rules/private/language:program_image.bzl", "program_image")

def cc_image(name, *, binary, base = Label("//base/cc:debian13_nonroot"), directory = "/app", layers = [], allow = {}, **kwargs):
    """An image that runs a program in C and C++.

    ```starlark
    cc_image(
        name = "image",
        binary = ":server",
        exposed_ports = ["8080/tcp"],
    )
    ```

    The base has the C and C++ libraries of GCC. A compiler of a newer system builds programs that
    need newer libraries; the closure test reports this.

    The program is built for the target platform: `image_index` makes one image for many. The
    macro also makes `<name>_closure_test`, which checks that everything that the program needs, down to
    versions of symbols, is in the image.

    Args:
      name: Name of the image.
      binary: The program: a target of any rule (`cc_binary`, a `genrule`, …) or a file that was
        built elsewhere: an ELF program for the target platform.
      base: The image below it.
      directory: Where the program goes. What it finds at run time is next to it, in `NAME.runfiles`.
      layers: Layers between the base and the program: `packages_layer`, `files_layer`, ….
      allow: Accepted problems, as in `closure_test`: path or glob to the reason.
      **kwargs: Attributes of `image`: `cmd`, `env`, `exposed_ports`, `visibility`, ….
    """
    program_image(
        name = name,
        base = base,
        binary = binary,
        directory = directory,
        layers = layers,
        allow = allow,
        **kwargs
    )
