"""Defines the provider that carries a finished layer."""

visibility("//...")

LayerInfo = provider(
    doc = """\
One layer of an image: a compressed tar archive and what is known about it.

Rules that make images read only `facts`. The blob is used only in a layout or a push.
""",
    fields = {
        "blob": "File. The compressed tar archive.",
        "facts": "File. JSON: media type, digest, diff_id, sizes, packages and entries.",
        "packages": "Depset of `PackageInfo` that the layer holds.",
    },
)
