"""Defines the provider that carries what is to be published."""

visibility("//...")

PublicationInfo = provider(
    doc = """\
Images, and where they are meant to go.

Made by `image_push` and `image_load`; read by `image_push_all`, which does the work of several together.
""",
    fields = {
        "files": "Depset of File. Where they are: what symbolic links in directories of `symlinks` lead to.",
        "images": "List of structs, as tools/registry/publication.py describes them.",
        "symlinks": "Dict from path to File: where the runfiles of a program have all that it may have to read, manifests, configs and blobs. Not their own paths, because the images of an index have the same ones.",
    },
)
