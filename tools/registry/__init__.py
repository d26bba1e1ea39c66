"""Moves images: pushes them to registries, pulls them from there, loads them into daemons.

Knows the OCI distribution spec, registries' ways of authentication and the daemons' command lines.
It must not know how an image was made: it receives manifests and files named by their digests.
"""
