"""What the layers of the catalogue promise: few of them, nothing twice, small updates."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

RUNFILES = os.environ["RUNFILES_DIR"]
IMAGES = ("static", "base", "cc", "nodejs", "python3", "example")
APPLICATION_LAYERS = 2
"""What an application may add to an image of the catalogue: its dependencies and itself."""

WORTH_KNOWING = 4096
"""Bytes: smaller files may be alike by accident."""

LICENCES = "usr/share/doc/"
"""Debian Policy 12.5: each package brings its own, also when two come from one source."""


def layers(image: str) -> list[dict[str, Any]]:
    """Every layer.json of an image."""
    found = []
    for path in os.environ[f"{image.upper()}_FACTS"].split():
        with open(os.path.join(RUNFILES, path), encoding="utf-8") as stream:
            found.append(json.load(stream))
    return found


def sources(layer: dict[str, Any]) -> dict[str, int]:
    """Compressed bytes of each source package in a layer."""
    source = {package["name"]: package["source"] for package in layer["packages"]}
    sizes: dict[str, int] = {}
    for fragment in layer["fragments"]:
        if fragment["package"]:
            name = source[fragment["package"]]
            sizes[name] = sizes.get(name, 0) + fragment["compressed_size"]
    return sizes


@pytest.mark.parametrize("image", IMAGES)
def test_eight_layers_are_enough(image: str) -> None:
    assert len(layers(image)) <= (8 if image == "example" else 8 - APPLICATION_LAYERS)


@pytest.mark.parametrize("source", ["openssl", "tzdata", "ca-certificates"])
@pytest.mark.parametrize("image", IMAGES)
def test_a_security_update_moves_little_more_than_itself(image: str, source: str) -> None:
    touched = [layer for layer in layers(image) if source in sources(layer)]
    if not touched:
        assert (image, source) == ("static", "openssl")
        return
    own = sum(sources(layer)[source] for layer in touched)
    assert sum(layer["size"] for layer in touched) <= 1.2 * own


@pytest.mark.parametrize("image", IMAGES)
def test_no_file_is_shipped_twice(image: str) -> None:
    paths: set[str] = set()
    contents: dict[str, str] = {}
    for layer in layers(image):
        for entry in layer["entries"]:
            if entry["type"] == "directory":
                continue
            assert entry["path"] not in paths
            paths.add(entry["path"])
            if entry["path"].startswith(LICENCES):
                continue
            if entry["type"] == "file" and entry["size"] >= WORTH_KNOWING:
                twin = contents.setdefault(entry["sha256"], entry["path"])
                assert twin == entry["path"], "the same content under two names"
