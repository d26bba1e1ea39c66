"""Reads OCI image-layout directories of every tool.

OCI Image Format Specification v1.1, "OCI Image Layout Specification". A blob must be what its name
says: its digest and size are compared before anything of it is used. So no index can contain
itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from tools.errors import PlinthError
from tools.image.documents import (
    CONFIGS,
    INDEXES,
    LARGEST_DOCUMENT,
    MANIFESTS,
    Descriptor,
    ImageIndex,
    ImageManifest,
    linux_descriptors,
    read_config,
    read_manifest,
)
from tools.tar import digest

_MOST_DOCUMENTS = 10_000


class LayoutError(PlinthError):
    """A directory is not an OCI image layout, is damaged, or lacks the requested image."""


@dataclass(frozen=True, slots=True)
class LayoutImage:
    """One image of a layout.

    Attributes:
        described: its descriptor in an index.
        manifest: its manifest.
        manifest_text: its bytes, unchanged.
        config_text: its valid config.
        architecture: of its config.
        os: the same.
    """

    described: Descriptor
    manifest: ImageManifest
    manifest_text: bytes
    config_text: bytes
    architecture: str
    os: str


def read_index(layout: str) -> list[Descriptor]:
    """Return the entries of ``index.json`` for Linux.

    Raises:
        PlinthError: the directory is not a layout.
    """
    path = os.path.join(layout, "index.json")
    if not os.path.isfile(path):
        raise LayoutError(f"{path}: no such file: not an OCI image layout")
    return _index(_read(path, LARGEST_DOCUMENT), path)


def read_nested(layout: str, described: Descriptor) -> list[Descriptor]:
    """Return the entries for Linux of an index in a layout.

    Raises:
        PlinthError: it is damaged.
    """
    path = blob_path(layout, described.digest)
    return _index(read_blob(layout, described), path)


def linux_images(layout: str) -> Iterator[LayoutImage]:
    """Return every image for Linux of a layout, each once.

    Raises:
        PlinthError: the directory is not a layout, or is damaged.
    """
    pending = list(reversed(read_index(layout)))
    seen: set[str] = set()
    while pending:
        described = pending.pop()
        if described.digest in seen:
            continue
        seen.add(described.digest)
        if len(seen) > _MOST_DOCUMENTS:
            raise LayoutError(f"{layout}: more than {_MOST_DOCUMENTS} indexes and manifests")
        if described.media_type in INDEXES:
            pending += reversed(read_nested(layout, described))
        elif described.media_type in MANIFESTS:
            image = read_image(layout, described)
            # An index lists artifacts like images.
            if image is not None and image.os == "linux":
                yield image


def read_image(layout: str, described: Descriptor) -> LayoutImage | None:
    """Read the documents of an image; None if it is an artifact, which has no config of an image.

    Raises:
        PlinthError: the image is damaged.
    """
    content = read_blob(layout, described)
    path = blob_path(layout, described.digest)
    manifest = read_manifest(content, described.media_type, path)
    if not isinstance(manifest, ImageManifest):
        raise LayoutError(f"{path}: an index, but it is listed as the manifest of an image")
    if manifest.config.media_type not in CONFIGS:
        return None
    config = read_blob(layout, manifest.config)
    platform = read_config(config, len(manifest.layers), blob_path(layout, manifest.config.digest))
    return LayoutImage(described, manifest, content, config, platform.architecture, platform.os)


def read_blob(layout: str, described: Descriptor) -> bytes:
    """Read what a descriptor describes.

    Raises:
        LayoutError: it is not there, or is something else.
    """
    path = blob_path(layout, described.digest)
    content = _read(path, described.size)
    algorithm, _, value = described.digest.partition(":")
    hashed = (digest.sha512 if algorithm == "sha512" else digest.sha256)(content)
    if len(content) != described.size or hashed.hexdigest() != value:
        raise LayoutError(f"{path}: its content is another one\n  copy the layout again")
    return content


def blob_path(layout: str, name: str) -> str:
    """Return the path of a blob, by the digest of a descriptor that was read."""
    return os.path.join(layout, "blobs", *name.split(":"))


def _read(path: str, most: int) -> bytes:
    try:
        with open(path, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > most:
                raise LayoutError(f"{path}: {size} bytes, but at most {most} are expected")
            return stream.read(size)
    except OSError as error:
        raise LayoutError(f"{path}: {error.strerror}") from error


def _index(content: bytes, path: str) -> list[Descriptor]:
    index = read_manifest(content, INDEXES[0], path)
    if not isinstance(index, ImageIndex):
        raise LayoutError(f"{path}: not an index of images")
    return linux_descriptors(index, path)
