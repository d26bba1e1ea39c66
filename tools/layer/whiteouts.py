"""Stacks layers like a container runtime: OCI image spec, "Whiteouts".

Plinth's own layers hide no files; those of other tools may.
"""

from __future__ import annotations

from tools.tar.reader import OPAQUE, WHITEOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.layer.facts import Entry, Facts


def merge_layers(layers: Iterable[Facts]) -> dict[str, Entry]:
    """Return what a container sees, by path.

    Args:
        layers: layer.json of each, lowest first.
    """
    tree: dict[str, Entry] = {}
    for layer in layers:
        for path in _hidden(layer["entries"], tree):
            del tree[path]
        for entry in layer["entries"]:
            path = entry["path"]
            if path.rpartition("/")[2].startswith(WHITEOUT):
                continue
            earlier = tree.get(path)
            if earlier is not None and earlier["type"] == "directory" != entry["type"]:
                for below in [other for other in tree if other.startswith(path + "/")]:
                    del tree[below]
            tree[path] = entry
    return tree


def without_hidden(layers: Iterable[Facts]) -> list[Facts]:
    """Return the layers, each with only the entries that a container sees."""
    layers = list(layers)
    tree = merge_layers(layers)
    return [
        {
            **layer,
            "entries": [entry for entry in layer["entries"] if tree.get(entry["path"]) is entry],
        }
        for layer in layers
    ]


def _hidden(entries: Iterable[Entry], below: Mapping[str, Entry]) -> list[str]:
    """Return the paths of the layers below that the whiteouts in ``entries`` remove."""
    gone: list[str] = []
    for entry in entries:
        directory, _, name = entry["path"].rpartition("/")
        if not name.startswith(WHITEOUT):
            continue
        prefix = directory + "/" if directory else ""
        if name != OPAQUE:
            gone.append(prefix + name.removeprefix(WHITEOUT))
            prefix = gone[-1] + "/"
        gone += [path for path in below if path.startswith(prefix)]
    return [path for path in dict.fromkeys(gone) if path in below]
