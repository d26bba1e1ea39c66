"""Facts of the images of an OCI layout directory of any tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.image.documents import LARGEST_BLOB, read_descriptor, read_object
from tools.image.foreign_layers import describe_layers
from tools.image.layout_directory import blob_path, linux_images
from tools.inspect.image_facts import ImageError, ImageFacts
from tools.tar.header import FILE
from tools.tar.members import read_members

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tools.image.documents import Descriptor
    from tools.image.layout_directory import LayoutImage


def read_layout(layout: str) -> list[ImageFacts]:
    """Read every image of a layout directory.

    Raises:
        PlinthError: it is not a layout, or it is damaged.
    """
    images = [_read_image(layout, image) for image in linux_images(layout)]
    if not images:
        raise ImageError(f"{layout}: has no image for Linux")
    return images


def layer_blobs(layout: str, image: ImageFacts) -> list[str]:
    """Return the paths of the layers of an image of a layout, lowest first."""
    return [blob_path(layout, described.digest) for described in _layers(image)]


def read_contents(
    layout: str, image: ImageFacts, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the wanted files of an image, lower layers first.

    Raises:
        PlinthError: a layer is damaged.
    """
    for described in _layers(image):
        for member in read_members(blob_path(layout, described.digest), described.digest):
            if member.type == FILE and wanted(member.path):
                yield member.path, b"".join(member.body())


def _layers(image: ImageFacts) -> list[Descriptor]:
    layers = image.manifest["layers"]
    return [read_descriptor(layer, image.label, LARGEST_BLOB) for layer in layers]


def _read_image(layout: str, image: LayoutImage) -> ImageFacts:
    manifest = read_object(image.manifest_text, layout)
    config = read_object(image.config_text, layout)
    layers = describe_layers(config, manifest, lambda digest: blob_path(layout, digest))
    return ImageFacts(layout, config, manifest, tuple(layers))
