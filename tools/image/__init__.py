"""Turns layers into OCI images: configuration, manifest, layout, and checks of all three.

Reads ``layer.json`` files, never blobs, except to copy them into a layout or to validate one.
Must not know registries, packages or how a layer was made.
"""
