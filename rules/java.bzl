"""Images of programs in Java and other languages of the Java virtual machine."""

load("//rules/private/language:program_image.bzl", "build_attributes", "checked_image")
load("//rules/private/language/java:java_layers.bzl", _java_layers = "java_layers")

java_layers = _java_layers

def java_image(
        name,
        *,
        binary,
        main_class,
        base = Label("//base/java21:debian13_nonroot"),
        directory = "/app",
        jvm_flags = [],
        layers = [],
        allow = {},
        **kwargs):
    """An image that runs a program in Java.

    ```starlark
    java_image(
        name = "image",
        binary = ":server",
        main_class = "com.example.Server",
        exposed_ports = ["8080/tcp"],
    )
    ```

    The jars of other repositories have a layer of their own, see `java_layers`. It also
    makes `<name>_closure_test`, which checks that everything that the programs need is in the image.

    Args:
      name: Name of the image.
      binary: The program: a `java_binary`, `kt_jvm_binary`, …, a library, a jar file, or a
        `filegroup` of several. Plinth takes the jars; the base has the runtime.
      main_class: The class whose `main` runs.
      base: The image below it.
      directory: Where the jars go.
      jvm_flags: Options of the virtual machine, such as `-XX:MaxRAMPercentage=75`. To change them
        without a build, set the environment variable `JAVA_TOOL_OPTIONS`.
      layers: Layers between the base and the program: `packages_layer`, `files_layer`, ….
      allow: Accepted problems, as in `closure_test`: path or glob to the reason.
      **kwargs: Attributes of `image`: `cmd`, `env`, `exposed_ports`, `visibility`, ….
    """
    java_layers(
        name = name + "_program",
        binary = binary,
        directory = directory,
        **build_attributes(kwargs)
    )
    checked_image(
        name = name,
        base = base,
        entrypoint = ["/usr/bin/java"] + jvm_flags + [
            "@/{}/classpath".format(directory.strip("/")),
            main_class,
        ],
        layers = layers + [":{}_program".format(name)],
        allow = allow,
        **kwargs
    )
