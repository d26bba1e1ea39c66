"""What an image of the catalogue leaves out, as layers to put back."""

load("//rules:layer.bzl", "layers", "package_slice", "packages_layer")

def extra(name, distribution, base, packages = [], slices = {}):
    """Defines layers that go on an image of the catalogue.

    ```starlark
    image(
        name = "image",
        base = "@rules_plinth//base/python3:debian13",
        layers = ["@rules_plinth//base/python3:debian13_tests"],
    )
    ```

    Args:
      name: Name of the target.
      distribution: Name of the distribution, a key of `DISTRIBUTIONS`.
      base: Label of the layers that the images consist of.
      packages: Names of further Debian packages.
      slices: What is put back of packages that the image has: name to globs of paths.
    """
    if packages:
        packages_layer(
            name = name + "_packages",
            base = [base],
            effects = [],
            packages = [Label("@{}//{}".format(distribution, package)) for package in packages],
            tags = ["manual"],
        )
    for package, paths in slices.items():
        package_slice(
            name = "{}_{}".format(name, package),
            package = Label("@{}//{}".format(distribution, package)),
            paths = paths,
            tags = ["manual"],
        )
    layers(
        name = name,
        layers = ([":{}_packages".format(name)] if packages else []) +
                 [":{}_{}".format(name, package) for package in slices],
        tags = ["manual"],
        visibility = ["//visibility:public"],
    )
