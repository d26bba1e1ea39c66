"""Writes docs/reference from what Bazel and the programs say of themselves.

This room knows Markdown and nothing of images: it repeats, it does not explain.
"""
