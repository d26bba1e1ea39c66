"""Defines the provider that carries an image index."""

visibility("//...")

ImageIndexInfo = provider(
    doc = """\
One image for several platforms: an OCI image index and the images that it names.

Made by `image_index`; read by `image_push`, `image_load` and everything that inspects images.
""",
    fields = {
        "images": "List of `ImageInfo`, in the order of the index.",
        "index": "File. The image index (`application/vnd.oci.image.index.v1+json`).",
    },
)
