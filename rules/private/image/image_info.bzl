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
        "foreign_blobs": "List of File. The layers below `layers`, if they are of another tool's image: files named by the hexadecimal digits of their digests, or OCI layout directories that hold them.",
        "foreign_facts": "File, or None. JSON: the facts of those layers, read from them.",
        "layers": "List of `LayerInfo`, base layers first.",
        "linked_files": "Depset of File. The targets of symbolic links in `foreign_blobs`.",
        "manifest": "File. The image manifest (`application/vnd.oci.image.manifest.v1+json`).",
        "repositories": "List of strings. Repositories that have `foreign_blobs`: `HOST/NAME`. A push to the same registry does not send them.",
    },
)

def layer_facts(image):
    """The files that describe the layers of an image.

    Args:
      image: `ImageInfo`.

    Returns:
      List of File, lowest layers first.
    """
    return ([image.foreign_facts] if image.foreign_facts else []) + [layer.facts for layer in image.layers]
