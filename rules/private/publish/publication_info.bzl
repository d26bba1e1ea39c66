"""Defines the provider that carries images to publish."""

visibility("//...")

PublicationInfo = provider(
    doc = """\
Images, and their destinations.

Made by `image_push` and `image_load`; read by `image_push_all`, which does the work of several together.
""",
    fields = {
        "files": "Depset of File. The files themselves: the targets of symbolic links in directories of `symlinks`.",
        "images": "List of structs, as tools/registry/publication.py describes them.",
        "symlinks": "Dict from path to File: where the runfiles of a program have the manifests, configs and blobs. These are not the files' own paths, because the images of an index have equal ones.",
    },
)
