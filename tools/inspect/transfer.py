"""Calculates what a node must pull to get from one image to another.

Pure functions on manifests and facts. A node keeps blobs by digest: a layer that it has is not
pulled again, and a changed layer is pulled whole. A lazy puller of zstd:chunked leaves out the
files that the node has in any layer. Its transfer is estimated from facts, with each file's share
of its compressed fragment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.image.config import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.inspect.image_facts import ImageFacts
    from tools.layer.facts import Entry, Facts

_CONTENTS = 99
"""Bytes for each entry of a compressed table of contents, if the layer has none.

They are those of //base/python3 as zstd:chunked (as eStargz: 46)."""


@dataclass(frozen=True, slots=True)
class LayerTransfer:
    """One layer of the new image.

    Attributes:
        digest: of the compressed blob.
        size: of it, in bytes.
        created_by: what the image's history says of it.
        held: whether the node has it.
        lazy: the approximate bytes that a lazy puller moves in total; None without facts of the
        layer.
    """

    digest: str
    size: int
    created_by: str
    held: bool
    lazy: int | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """The transfer to get an image.

    Attributes:
        layers: of the new image, lowest first.
        metadata: bytes of manifest and configuration.
        metadata_held: whether the node has these as well: the images are equal.
    """

    layers: tuple[LayerTransfer, ...]
    metadata: int
    metadata_held: bool

    @property
    def cold(self) -> int:
        """Bytes for a node that has nothing."""
        return self.metadata + sum(layer.size for layer in self.layers)

    @property
    def warm(self) -> int:
        """Bytes for a node that has the old image."""
        return self._metadata() + sum(layer.size for layer in self.layers if not layer.held)

    @property
    def lazy(self) -> int | None:
        """Approximate bytes for one that pulls only files it lacks; None without facts."""
        total = self._metadata()
        for layer in self.layers:
            if layer.held:
                continue
            if layer.lazy is None:
                return None
            total += layer.lazy
        return total

    def _metadata(self) -> int:
        return 0 if self.metadata_held else self.metadata


def plan_transfer(old: ImageFacts | None, new: ImageFacts) -> Transfer:
    """Return what a node pulls that has ``old``, or nothing, and will run ``new``."""
    held = {layer["digest"] for layer in old.manifest["layers"]} if old else set()
    known = {entry["sha256"] for entry in _files(old)} if old else set()
    facts = {layer["digest"]: layer for layer in new.layers}
    layers = []
    for number, described in enumerate(new.manifest["layers"]):
        layer = facts.get(described["digest"])
        layers.append(
            LayerTransfer(
                digest=described["digest"],
                size=described["size"],
                created_by=_created_by(new, number, layer),
                held=described["digest"] in held,
                lazy=_lazy(layer, known) if layer else None,
            )
        )
    return Transfer(
        layers=tuple(layers),
        metadata=len(canonical(new.manifest)) + new.manifest["config"]["size"],
        metadata_held=old is not None and old.manifest == new.manifest,
    )


def _files(image: ImageFacts) -> Iterator[Entry]:
    for layer in image.layers:
        yield from (entry for entry in layer["entries"] if entry["type"] == "file")


def _lazy(layer: Facts, known: set[str]) -> int:
    """Return compressed bytes of the unknown files, and of a table of contents."""
    ratios = {
        fragment["origin"]: fragment["compressed_size"] / fragment["size"]
        for fragment in layer["fragments"]
        if fragment["size"]
    }
    usual = layer["size"] / max(layer["uncompressed_size"], 1)
    size = 0.0
    whole: int = layer["size"]
    for entry in layer["entries"]:
        if entry["type"] == "file" and entry["sha256"] not in known:
            size += entry["size"] * ratios.get(entry["origin"], usual)
    contents = _CONTENTS * len(layer["entries"])
    if layer.get("annotations"):  # it has one
        contents = whole - sum(fragment["compressed_size"] for fragment in layer["fragments"])
    return min(whole, round(size)) + contents


def _created_by(image: ImageFacts, number: int, layer: Facts | None) -> str:
    if layer:
        return str(layer["created_by"])
    # OCI image spec, "history": an entry for each layer, except those that made none.
    history = [item for item in image.config.get("history", ()) if not item.get("empty_layer")]
    return str(history[number].get("created_by", "")) if number < len(history) else ""
