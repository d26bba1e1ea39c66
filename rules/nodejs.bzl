"""Images of programs for Node.js."""

load("//rules/private/language:program_image.bzl", "build_attributes", "checked_image")
load("//rules/private/layer:files_layer.bzl", "files_layer")
load("//rules/private/npm:npm_layer.bzl", "npm_layer")

def nodejs_image(
        name,
        *,
        srcs,
        main,
        packages = [],
        base = Label("//base/nodejs:debian13_nonroot"),
        directory = "/app",
        strip_prefix = ".",
        node_options = [],
        layers = [],
        path_policy = None,
        allow = {},
        **kwargs):
    """An image that runs a program with Node.js.

    ```starlark
    nodejs_image(
        name = "image",
        srcs = ["package.json"] + glob(["src/**/*.js"]),
        main = "src/server.js",
        packages = ["@npm//:node_modules"],
        exposed_ports = ["8080/tcp"],
    )
    ```

    The packages are in a layer below the sources, so that an edit moves only the sources.
    It also makes
    `<name>_closure_test`, which checks that everything that the programs need is in the image.

    Args:
      name: Name of the image.
      srcs: The program: sources, or the output of a compiler or bundler.
      main: The file that runs, relative to `directory`.
      packages: npm packages of the repositories of `npm`.
      base: The image below it.
      directory: Where the program and `node_modules` go. It is the working directory as well.
      strip_prefix: The prefix to remove from the paths of `srcs`; `.` is the package.
      node_options: Options of Node.js, such as `--enable-source-maps`.
      layers: Layers between the base and the program: `packages_layer`, `files_layer`, ….
      path_policy: Which files of the packages to leave out. It sees paths in the image.
      allow: Accepted problems, as in `closure_test`: path or glob to the reason.
      **kwargs: Attributes of `image`: `cmd`, `env`, `exposed_ports`, `visibility`, ….
    """
    stack = list(layers)
    if packages:
        npm_layer(
            name = name + "_packages",
            directory = directory,
            packages = packages,
            path_policy = path_policy,
            **build_attributes(kwargs)
        )
        stack.append(":{}_packages".format(name))
    files_layer(
        name = name + "_program",
        srcs = srcs,
        directory = directory,
        strip_prefix = strip_prefix,
        **build_attributes(kwargs)
    )
    directory = "/" + directory.strip("/")
    checked_image(
        name = name,
        base = base,
        layers = stack + [":{}_program".format(name)],
        allow = allow,
        **({
            "entrypoint": ["/nodejs/bin/node"] + node_options + ["{}/{}".format(directory.rstrip("/"), main)],
            "workdir": directory,
        } | kwargs)
    )
