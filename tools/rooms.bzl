"""The rooms of the tools, and which others each may import from.

`CONTRIBUTING.md` says what each knows, `tests/lint/rooms_test.py` reads this table and holds the
modules to it, and a program or test takes with a room what it imports.
"""

visibility("//...")

ROOMS = {
    "action": [],
    "command": [],
    "debian": [],
    "fetch": [],
    "grammar": [],
    "python": [],
    "tar": [],
    "effects": ["debian"],
    "lock": ["command", "debian", "effects", "fetch", "grammar", "tar"],
    "layer": ["action", "debian", "effects", "grammar", "tar"],
    "archives": ["debian", "grammar", "layer", "tar"],
    "bootstrap": ["debian", "fetch", "layer", "lock"],
    "configure": ["action", "debian", "effects", "layer", "tar"],
    "image": ["action", "grammar", "layer", "tar"],
    "registry": ["command", "fetch", "grammar", "image", "layer"],
    "inspect": ["action", "command", "debian", "image", "layer", "tar"],
    "sbom": ["action", "debian", "inspect", "layer"],
    "advisory": ["action", "command", "debian", "inspect", "layer", "lock", "sbom"],
    "report": ["action", "command", "inspect", "layer", "sbom"],
}
