"""``python -m tests.exhaustive.layers DEB NAME VERSION ARCHITECTURE``: what a package becomes.

Prints one digest for each file that a fragment and its layer are made of, in every format.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile

from tools.action.program import run_action
from tools.layer.compress import FORMATS


def digests(deb: str, package: dict[str, str], directory: str) -> list[str]:
    """One line per format and file."""
    lines = []
    for name in FORMATS:
        option = ("compression", {"format": name})
        made = {
            kind: os.path.join(directory, kind) for kind in ("segment", "facts", "layer", "json")
        }
        out = [("out_segment", made["segment"]), ("out_facts", made["facts"])]
        _run("package-fragment", ("deb", deb), ("package", package), option, *out)
        part = {"segment": made["segment"], "facts": made["facts"]}
        out = [("out_layer", made["layer"]), ("out_facts", made["json"])]
        _run("layer", ("segment", part), option, *out)
        for kind, path in made.items():
            with open(path, "rb") as stream:
                lines.append(f"{name} {kind} {hashlib.sha256(stream.read()).hexdigest()}")
    return lines


def _run(verb: str, *params: tuple[str, object]) -> None:
    run_action([verb, *(json.dumps({key: value}) for key, value in params)], verb)


if __name__ == "__main__":
    path, *identity = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        fields = dict(zip(("name", "version", "architecture"), identity, strict=True))
        print("\n".join(digests(path, fields, scratch)))
