"""Defines the provider that carries the bills of materials of an image."""

visibility("//...")

SbomInfo = provider(
    doc = """\
What an image, or an index with its images, is made of, as documents.

Made by `sbom`; read by `image_push`, which stores them with the image.
""",
    fields = {
        "cyclonedx": "File. CycloneDX 1.6, JSON.",
        "image": "The target that the documents describe.",
        "spdx": "File. SPDX 2.3, JSON.",
    },
)
