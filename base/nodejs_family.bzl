"""The images of upstream's Node.js."""

load("@plinth_archives//:lock.bzl", _ARCHITECTURES = "ARCHITECTURES")
load("//base:image_family.bzl", "image_family")
load("//rules:archive.bzl", "archive_layer")

def nodejs_family(name, release, packages = []):
    """Defines the images of one release of Node.js on one distribution.

    The program alone, without npm, headers and documentation: an application brings its modules. Its
    packages are those of `cc`, whose layers it therefore shares.

    Args:
      name: Name of the distribution.
      release: Release of Node.js: `24`.
      packages: Debian packages that it needs beyond those of `cc`.
    """
    archive_layer(
        name = name + "_node",
        archive = "@plinth_archives//nodejs" + release,
        directory = "/nodejs",
        tags = ["manual"],
    )
    image_family(
        name = name,
        architectures = _ARCHITECTURES["nodejs" + release],
        omit_files = [
            # For debuggers.
            "usr/share/gcc/**",
            "usr/share/gdb/**",
        ],
        entrypoint = ["/nodejs/bin/node"],
        final = True,
        layers_above = [":{}_node".format(name)],
        on = "//base/base",
        packages = [
            "libgcc-s1",
            "libgomp1",
            "libstdc++6",
        ] + packages,
    )
