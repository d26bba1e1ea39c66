"""Defines the provider that carries a fragment of a layer."""

visibility("//...")

FragmentInfo = provider(
    doc = """\
Part of a layer, compressed once and reused by every layer that holds it.

A fragment is a self-contained run of compressed tar entries without directories and without
end-of-archive, and a JSON file of facts about it. Layers are made by concatenating fragments, so
a fragment must not depend on the layer it goes to. There is one for each compression format, and
Bazel makes those that a layer asks for.
""",
    fields = {
        "facts": "Dict from format (`gzip`, `zstd`, …) to File. JSON: every entry with size, mode and digest, and the package if there is one.",
        "packages": "List of `PackageInfo`: packages that it holds, so that no layer above holds them as well.",
        "segments": "Dict from format to File. The compressed tar entries.",
    },
)
