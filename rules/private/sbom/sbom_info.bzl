"""Defines the provider that carries the bills of materials of an image."""

visibility("//...")

SbomInfo = provider(
    doc = """\
Bills of materials of an image, or of an index with its images.

Made by `sbom`; read by `image_push`, which stores them with the image.
""",
    fields = {
        "cyclonedx": "File. CycloneDX 1.6, JSON.",
        "image": "The target that the documents describe.",
        "spdx": "File. SPDX 2.3, JSON.",
    },
)
