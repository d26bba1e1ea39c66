"""One page about an image: what takes the room, what it exposes, what is in it, what changed.

Puts together what ``tools.inspect``, ``tools.sbom`` and ``tools.advisory`` have found, as HTML that
needs nothing beside itself. It must not find out anything by itself.
"""
