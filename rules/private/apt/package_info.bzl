"""Defines the providers that carry Debian packages between rules."""

visibility("//...")

PackageInfo = provider(
    doc = """\
One Debian binary package of a lock, fetched and verified.

Made by the repositories of the `apt` extension; read by `packages_layer`, which ships the
fragment, and by everything that reports on packages. The fields use the names of Debian's
package index.
""",
    fields = {
        "architecture": "String. `amd64`, `arm64`, …, or `all`.",
        "archive": "String. The archive that the package comes from, as its mirrors call it.",
        "deb": "File. The package as Debian published it.",
        "filename": "String. Pool path of the package in its archive.",
        "fragment": "`FragmentInfo` of the package under the default path policy.",
        "name": "String. Name of the binary package.",
        "sha256": "String. SHA-256 of the `.deb`, in hexadecimal.",
        "size": "Integer. Size of the `.deb` in bytes.",
        "source": "String. Name of the source package.",
        "source_version": "String. Version of the source package.",
        "version": "String. Version of the binary package.",
    },
)

PackageClosureInfo = provider(
    doc = """\
A package together with everything it depends on, as the lock resolved it.

Dependencies that the manifest omits are not part of it.
""",
    fields = {
        "named": "List of `PackageInfo`: those that the target names, without what they depend on.",
        "packages": "Depset of `PackageInfo`.",
    },
)

# The facts of a package for the tools, which layers record.
PACKAGE_FACTS = ("name", "version", "architecture", "source", "source_version", "archive", "filename", "sha256")

def package_facts(package):
    """Return the facts of a package for the tools.

    Args:
      package: `PackageInfo`.

    Returns:
      Dict from the names in `PACKAGE_FACTS` to strings.
    """
    return {key: getattr(package, key) for key in PACKAGE_FACTS}
