"""Facts of the images of an OCI layout directory, whoever made it; here alone blobs are read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tools.image.config import INDEX, MANIFEST
from tools.image.foreign_layers import describe_layers
from tools.inspect.image_facts import ImageFacts, read_document
from tools.layer.foreign_layer import read_members
from tools.layer.tar_header import FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = (MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")


def read_layout(layout: str) -> list[ImageFacts]:
    """Read every image of a layout directory.

    Raises:
        PlinthError: it is none, or is damaged.
    """
    index = read_document(os.path.join(layout, "index.json"))
    return [_read_image(layout, manifest) for manifest in _manifests(layout, index)]


def layer_blobs(layout: str, image: ImageFacts) -> list[str]:
    """Where the layers of an image of a layout are, lowest first."""
    return [_blob(layout, described["digest"]) for described in image.manifest["layers"]]


def read_contents(
    layout: str, image: ImageFacts, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, bytes]]:
    """Give path and content of the wanted files of an image, lower layers first.

    Raises:
        PlinthError: a layer is damaged.
    """
    for path in layer_blobs(layout, image):
        for member in read_members(path):
            if member.type == FILE and wanted(member.path):
                yield member.path, b"".join(member.body())


def _manifests(layout: str, index: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for described in index.get("manifests", ()):
        document = read_document(_blob(layout, described["digest"]))
        if described.get("mediaType") in _INDEXES or "manifests" in document:
            yield from _manifests(layout, document)
        elif document.get("mediaType", MANIFEST) in _MANIFESTS and "layers" in document:
            yield document


def _read_image(layout: str, manifest: dict[str, Any]) -> ImageFacts:
    config = read_document(_blob(layout, manifest["config"]["digest"]))
    layers = describe_layers(config, manifest, lambda digest: _blob(layout, digest))
    return ImageFacts(layout, config, manifest, tuple(layers))


def _blob(layout: str, name: str) -> str:
    algorithm, _, value = name.partition(":")
    return os.path.join(layout, "blobs", algorithm, value)
