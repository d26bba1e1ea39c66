"""Defines the provider that carries what is to be published."""

PublicationInfo = provider(
    doc = """\
Images, and where they are meant to go.

Made by `image_push` and `image_load`; read by `push_all`, which does the work of several together.
""",
    fields = {
        "files": "Depset of File. All that may have to be read: manifests, configs, blobs.",
        "images": "List of structs, as tools/registry/publication.py describes them.",
    },
)
