"""Turns packages and files into fragments, and fragments into layers.

Knows tar, compression, path policies, ELF and the files that maintainer scripts would have written.
Must not know images, registries, archives on the network or how packages are selected.
"""
