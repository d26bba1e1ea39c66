"""Checks and compares images: closure, surface, transfer, differences, slices.

Knows the facts that ``tools.layer`` and ``tools.image`` write, and OCI layouts of any tool. Checks
and comparisons are pure functions on facts; reading and printing are separate. It must not
know of registries, daemons or networks.
"""
