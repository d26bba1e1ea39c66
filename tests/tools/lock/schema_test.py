"""The schema that editors read says what the program says."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tools.lock import manifest

PATH = os.path.join(os.path.dirname(manifest.__file__), "manifest.schema.json")


def schema() -> Any:
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)


def known_keys(kind: str) -> set[str]:
    """Return the keys that the program says it knows, at some place of a manifest."""
    archive = {"suites": ["a"], "components": ["main"], "keys": ["k"]}
    data: dict[str, Any] = {
        "version": 1,
        "archives": {"debian": archive},
        "architectures": ["amd64"],
        "packages": ["a"],
    }
    if kind == "manifest":
        data["?"] = 1
    elif kind == "archive":
        archive["?"] = ["x"]
    elif kind == "directory":
        data["archives"]["debian"] = {"directory": "x", "?": "x"}
    elif kind == "package":
        data["packages"] = [{"name": "x", "?": "x"}]
    else:
        data["packages"] = [{"deb": "x", "?": "x"}]
    return _keys_in_error(data)


def _keys_in_error(data: Any) -> set[str]:
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "m.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(data, file)
        with pytest.raises(manifest.ManifestError) as caught:
            manifest.read_manifest(path)
    return set(caught.value.cure.removeprefix("Known keys: ").rstrip(".").split(", "))


def test_the_same_keys_everywhere() -> None:
    found = schema()
    definitions = found["definitions"]
    package, deb = found["properties"]["packages"]["items"]["oneOf"][1:]
    assert set(found["properties"]) == known_keys("manifest")
    assert set(definitions["archive"]["properties"]) == known_keys("archive")
    assert set(definitions["directory"]["properties"]) == known_keys("directory")
    assert set(package["properties"]) == known_keys("package")
    assert set(deb["properties"]) == known_keys("deb")


def test_every_key_is_described() -> None:
    def walk(value: Any) -> None:
        for key, inner in value.get("properties", {}).items():
            assert key in ("name", "sha256") or "$ref" in inner or inner["description"]
            walk(inner)

    found = schema()
    walk(found)
    for definition in found["definitions"].values():
        walk(definition)
