"""The rooms of the tools, and which others each may import from.

`CONTRIBUTING.md` says what each knows, `tests/lint/rooms_test.py` reads this table and holds the
modules to it, and a program or test takes with a room what it imports.
"""

visibility("//...")

ROOMS = {
    "action": [],
    "command": [],
    "debian": [],
    "grammar": [],
    "python": [],
    "effects": ["debian"],
    "fetch": ["grammar"],
    "lock": ["command", "debian", "effects", "fetch", "grammar"],
    "layer": ["action", "debian", "effects"],
    "archives": ["debian", "grammar", "layer"],
    "bootstrap": ["debian", "fetch", "grammar", "layer", "lock"],
    "configure": ["action", "debian", "layer"],
    "image": ["action", "debian", "grammar", "layer"],
    "registry": ["command", "fetch", "grammar", "image", "layer"],
    "inspect": ["action", "command", "debian", "image", "layer"],
    "sbom": ["action", "debian", "inspect", "layer"],
    "advisory": ["action", "command", "debian", "inspect", "layer", "lock", "sbom"],
    "report": ["action", "command", "inspect", "sbom"],
}
