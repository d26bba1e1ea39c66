"""One page about an image: what takes the room, what it exposes, what is in it, what changed.

Puts together what ``tools.inspect``, ``tools.sbom`` and ``tools.advisory`` have found, as one HTML
file that needs no other. It must not find out anything by itself.
"""
