"""Writes one page about an image: sizes, surface, contents and changes.

Combines the results of ``tools.inspect``, ``tools.sbom`` and ``tools.advisory``, as one HTML
file that needs no other. It must not inspect images itself.
"""
