"""The rooms of the tools, and which others each may import from.

`CONTRIBUTING.md` says what each knows, `tests/lint/rooms_test.py` reads this table and holds the
modules to it, and a program or test takes with a room what it imports.
"""

visibility("//...")

ROOMS = {
    "action": [],
    "debian": [],
    "grammar": [],
    "python": [],
    "effects": ["debian"],
    "fetch": ["grammar"],
    "lock": ["debian", "effects", "fetch", "grammar"],
    "layer": ["action", "debian", "effects"],
    "archives": ["debian", "grammar", "layer"],
    "bootstrap": ["debian", "fetch", "grammar", "layer", "lock"],
    "configure": ["action", "debian", "layer"],
    "image": ["action", "debian", "grammar", "layer"],
    "registry": ["fetch", "grammar", "image", "layer"],
    "inspect": ["action", "debian", "image", "layer"],
    "sbom": ["action", "debian", "inspect", "layer"],
    "advisory": ["action", "debian", "inspect", "layer", "lock", "sbom"],
    "report": ["action", "inspect", "sbom"],
}
