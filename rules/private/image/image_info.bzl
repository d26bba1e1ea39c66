"""Defines the provider that carries an image."""

visibility("//...")

ImageInfo = provider(
    doc = """\
An OCI image as metadata: config, manifest, and the layers they name.

Made by `image`, `layout_image` and pulled images; read by `image` (as a base) and by everything that inspects or publishes images.
""",
    fields = {
        "config": "File. The image config (`application/vnd.oci.image.config.v1+json`).",
        "descriptor": "File. JSON: descriptor of the manifest with its platform.",
        "foreign_blobs": "List of File. The layers below `layers`, if Plinth did not make them and so has no facts of them: files named by the hexadecimal digits of their digests, or OCI layout directories that hold them.",
        "layers": "List of `LayerInfo`, base layers first.",
        "linked_files": "Depset of File. What symbolic links in `foreign_blobs` lead to.",
        "manifest": "File. The image manifest (`application/vnd.oci.image.manifest.v1+json`).",
        "repositories": "List of strings. Repositories that have `foreign_blobs`: `HOST/NAME`. A push to the same registry need not send them.",
    },
)
