"""The machine-readable copyright file of a package: "Machine-readable debian/copyright file" 1.0.

Also used inside build actions, which must start fast: this file imports nothing heavy.
"""

from __future__ import annotations

_FORMAT = "/copyright-format/1.0"


def parse_licenses(text: str) -> list[str]:
    """Return the short names of the licenses that a copyright file names, each once, in its order.

    They are what the first line of each ``License`` field says, such as ``GPL-2+ or Artistic``
    (section 7 of the format). A file that is not machine-readable gives none.
    """
    lines = text.splitlines()
    header = next((line for line in lines if line.strip()), "")
    name, _, value = header.partition(":")
    if name.strip().lower() != "format" or _FORMAT not in value:
        return []
    found: dict[str, None] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        short_name = " ".join(value.split())
        if colon and short_name and name.rstrip().lower() == "license":
            found[short_name] = None
    return list(found)
