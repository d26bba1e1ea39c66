"""Defines the provider that carries documents about an image."""

visibility("//...")

AttachmentsInfo = provider(
    doc = """\
Documents about an image, or an index of images, that a registry stores with it.

Made by `sbom` and `provenance`; read by `image_push`.
""",
    fields = {
        "attachments": "List of structs with `file`, its `media_type`, and its `predicate_type` when it is signed.",
        "subject": "File. The manifest or the index that the documents are about.",
    },
)
