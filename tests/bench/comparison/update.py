"""Writes ``comparison.json``: the measured sets, and the lock that they were measured from."""

from __future__ import annotations

import hashlib
import json
import os
import sys

TARGET = "tools/inspect/comparison.json"


def main(lock: str, *sets: str) -> None:
    """Write the table into the workspace; ``sets`` are the outputs of ``package_set``."""
    documents = []
    for path in sets:
        with open(path, encoding="utf-8") as stream:
            documents.append(json.load(stream))
    table = {"lock_sha256": lock_digest(lock), "sets": documents}
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")
    with open(os.path.join(workspace, TARGET), "w", encoding="utf-8") as out:
        json.dump(table, out, indent=2)
        out.write("\n")
    print(f"{TARGET}: {len(documents)} sets")


def lock_digest(path: str) -> str:
    """Return the SHA-256 of the lock, which says whether the table is current."""
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


if __name__ == "__main__":
    main(*sys.argv[1:])
