"""Defines the provider that carries a fragment of a layer."""

FragmentInfo = provider(
    doc = """\
Part of a layer, compressed once and reused by every layer that holds it.

A fragment is a self-contained run of compressed tar entries without directories and without
end-of-archive, and a JSON file of facts about it. Layers are made by concatenating fragments, so
a fragment must not depend on the layer it goes to.
""",
    fields = {
        "facts": "File. JSON: every entry with size, mode and digest, and the package if there is one.",
        "segment": "File. The compressed tar entries.",
    },
)
