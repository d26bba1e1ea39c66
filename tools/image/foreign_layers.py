"""The verb ``foreign-layers``: facts of all layers of an image of another tool.

Layers that Plinth has made keep their facts. The others are read from the blobs, and packages from
the package managers' records in the highest layer.

Its keys:
    config, manifest    of the image
    blob*               where its layers are, as ``foreign_blob`` of ``layout``
    known*?             layer.json of those of its layers that Plinth has made
    out                 see ``tools/layer/facts.py``
"""

from __future__ import annotations

from tools.action import json_text
from tools.errors import PlinthError
from tools.layer.facts import VERSION, read_layers
from tools.layer.foreign_layer import find_blob, read_foreign_layer
from tools.layer.ld_so_cache_fragment import PATH as LD_SO_CACHE
from tools.layer.package_database import PackageDatabase
from tools.layer.whiteouts import without_hidden

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from tools.action.params import Params
    from tools.layer.facts import Facts

_KEYS = ("config", "manifest", "blob", "known", "out")


class ForeignImageError(PlinthError):
    """The documents of an image contradict each other, or a layer is missing."""


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a layer is missing or damaged.
    """
    params.only(_KEYS)
    blobs = params.many("blob")
    known = [facts for path in params.many("known") for facts in read_layers(path)]

    def find(digest: str) -> str:
        path = find_blob(digest, blobs)
        if path is None:
            raise ForeignImageError(f"{digest}: a layer of the manifest that was not given")
        return path

    layers = describe_layers(
        json_text.read(params.path("config")), json_text.read(params.path("manifest")), find, known
    )
    json_text.write(params.path("out"), {"version": VERSION, "layers": layers})


def describe_layers(
    config: Mapping[str, Any],
    manifest: Mapping[str, Any],
    find: Callable[[str], str],
    known: Iterable[Facts] = (),
) -> list[Facts]:
    """Return the layer.json of every layer of an image, lowest first.

    Args:
        config: its configuration.
        manifest: its manifest.
        find: returns the path of the blob with a digest.
        known: layer.json of some of the layers.

    Raises:
        PlinthError: a layer is missing or damaged.
    """
    by_digest = {facts["digest"]: facts for facts in known}
    history = [item for item in config.get("history") or () if not item.get("empty_layer")]
    layers: list[Facts] = []
    records: list[dict[str, bytes]] = []
    for number, described in enumerate(manifest["layers"]):
        if described["digest"] in by_digest:
            layers.append(by_digest[described["digest"]])
            records.append({})
            continue
        told = history[number].get("created_by") if number < len(history) else ""
        path = find(described["digest"])
        facts, found = read_foreign_layer(path, described, _printable(told or ""))
        layers.append(facts)
        records.append(found)
    _add_packages(layers, records)
    return layers


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _add_packages(layers: list[Facts], records: list[dict[str, bytes]]) -> None:
    """Record the packages of foreign layers, and the package of each file."""
    visible: dict[str, bytes] = {}
    for layer, found in zip(without_hidden(layers), records, strict=True):
        paths = (entry["path"] for entry in layer["entries"])
        visible.update((path, found[path]) for path in paths if path in found)
    database = PackageDatabase(visible)
    missing = dict(database.packages)
    for layer, found in zip(layers, records, strict=True):
        if not layer.get("foreign"):
            continue
        for name, package in PackageDatabase(found).packages.items():
            if name in missing and missing[name]["version"] == package["version"]:
                layer["packages"].append(missing.pop(name))
        _assign_files(layer, database)


def _assign_files(layer: Facts, database: PackageDatabase) -> None:
    """Name the package of each file, and sum up the sizes of each package."""
    sizes: dict[str, int] = {}
    for entry in layer["entries"]:
        owner = database.owners.get(entry["path"])
        if owner is not None and entry["type"] != "directory":
            entry["origin"] = owner
        if entry["path"] == LD_SO_CACHE:
            entry["generated"] = "whole"  # ldconfig made it from the image's libraries
        sizes[entry["origin"]] = sizes.get(entry["origin"], 0) + entry.get("size", 0)
    ratio = layer["size"] / max(layer["uncompressed_size"], 1)
    layer["fragments"] = [
        {
            "origin": origin,
            "package": origin if origin in database.packages else None,
            "offset": 0,
            "size": size,
            # Compressed together with the others: its share.
            "compressed_size": round(size * ratio),
        }
        for origin, size in sizes.items()
    ]
