"""The images of .NET's runtime."""

load("@plinth_archives//:lock.bzl", _ARCHITECTURES = "ARCHITECTURES", _VERSIONS = "VERSIONS")
load("//base:image_family.bzl", "image_family")
load("//rules:archive.bzl", "archive_layer")
load("//rules:layer.bzl", "path_policy")

# Where .NET's own packages put it, and where its host looks when nothing else is said.
_DIRECTORY = "/usr/share/dotnet"

def dotnet_runtime(name, archive, **kwargs):
    """The layer of .NET's runtime.

    Args:
      name: Name of the target.
      archive: Label of the archive.
      **kwargs: Attributes that every rule has.
    """
    path_policy(
        name = name + "_path_policy",
        omit = [
            # For debuggers and dumps, and for those who trace the runtime with LTTng.
            "**/createdump",
            "**/libcoreclrtraceptprovider.so",
            "**/libmscordaccore.so",
            "**/libmscordbi.so",
        ],
        extend_default = False,
    )
    archive_layer(
        name = name,
        archive = archive,
        directory = _DIRECTORY,
        path_policy = ":{}_path_policy".format(name),
        symlinks = {"/usr/bin/dotnet": "../share/dotnet/dotnet"},
        **kwargs
    )

def dotnet_family(name, release):
    """Defines the images of one release of .NET on one distribution.

    Args:
      name: Name of the distribution.
      release: Release of .NET: `8`.
    """
    key = "dotnet" + release
    dotnet_runtime(
        name = name + "_dotnet",
        archive = "@plinth_archives//" + key,
        tags = ["manual"],
    )
    image_family(
        name = name,
        architectures = _ARCHITECTURES[key],
        entrypoint = ["/usr/bin/dotnet"],
        env = DOTNET_ENV | {"DOTNET_VERSION": _VERSIONS[key]},
        final = True,
        layers_above = [":{}_dotnet".format(name)],
        on = "//base/base",
        packages = DOTNET_PACKAGES,
    )

# What the runtime loads: OpenSSL and zlib are in the base, time zones below it.
DOTNET_PACKAGES = [
    "libgcc-s1",
    "libicu76",
    "libstdc++6",
]

DOTNET_ENV = {
    # As Microsoft's images have it: no port below 1024, so that nonroot may listen.
    "ASPNETCORE_HTTP_PORTS": "8080",
    "DOTNET_RUNNING_IN_CONTAINER": "true",
}
