"""Reads what the rules want to publish: images by their documents and blobs.

The contract with ``rules/private/publish/publication.bzl``, which writes

    {"version": 1,
     "images": [{"label": "//app:push", "repository": "registry.example/team/app" or "",
                 "tags": ["1.0", …], "architecture_tags": false, "mount_from": ["team/base", …],
                 "repositories": ["registry.example/team/pulled", …],
                 "attachments": [{"path", "media_type", "predicate_type"}, …],
                 "index": path or null,
                 "manifests": [{"manifest": path, "config": path, "layers": [path, …],
                                "foreign_blobs": [path, …]}, …]}, …]}

Paths are relative to the runfiles directory. ``layers`` are the topmost layers of the manifest, in
its order. Layers below them are in ``foreign_blobs``: a file named by the hexadecimal
digits of its digest, or an OCI image layout that has it. Such layers were pulled from
``repositories``.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from tools.errors import PlinthError
from tools.image.config import INDEX, MANIFEST
from tools.layer.foreign_layer import find_blob
from tools.registry.attachment import Attachment
from tools.registry.blob import Blob
from tools.registry.client import digest_of

VERSION = 1


class PublicationError(PlinthError):
    """The build's output is incomplete: a bug of the rules, or a damaged base."""


@dataclass(frozen=True, slots=True)
class Document:
    """A manifest or an index.

    Attributes:
        media_type: its media type.
        digest: its digest.
        content: its bytes.
    """

    media_type: str
    digest: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ImageFiles:
    """One image for one platform.

    Attributes:
        manifest: the manifest.
        config: the config, as a file.
        layers: the layers, lowest first, as files.
    """

    manifest: Document
    config: Blob
    layers: tuple[Blob, ...]

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """All that must be there before the manifest."""
        return (*self.layers, self.config)


@dataclass(frozen=True, slots=True)
class Publication:
    """An image, or an index of several, and its destination.

    Attributes:
        label: the target.
        repository: ``HOST/NAME``; empty if the user must name it.
        tags: tags to give it; for a daemon, whole names.
        mount_from: names of repositories of the same registry that may have some of its blobs.
        repositories: repositories of any registry that have the layers of a pulled base.
        index: the index, if it is one.
        images: its images, one per platform.
        attachments: documents about the whole of it.
        architecture_tags: whether each image of an index gets each tag with its architecture at
            the end, too.
    """

    label: str
    repository: str
    tags: tuple[str, ...]
    mount_from: tuple[str, ...]
    repositories: tuple[str, ...]
    index: Document | None
    images: tuple[ImageFiles, ...]
    attachments: tuple[Attachment, ...] = ()
    architecture_tags: bool = False

    @property
    def root(self) -> Document:
        """The manifest or index of a tag."""
        return self.index or self.images[0].manifest

    def named(self, tag: str) -> dict[str, Document]:
        """Return the tags and their manifests: ``latest``, and ``latest-arm64`` if asked for.

        Raises:
            PublicationError: two images are for one architecture.
        """
        found = {tag: self.root}
        if self.index and self.architecture_tags:
            entries = json.loads(self.index.content)["manifests"]
            for entry, image in zip(entries, self.images, strict=True):
                name = f"{tag}-{entry['platform']['architecture']}"
                if name in found:
                    raise PublicationError(
                        f"{self.label}: {name} would name two images\n"
                        "  leave out architecture_tags, or all but one image of an architecture"
                    )
                found[name] = image.manifest
        return found


def read_publications(path: str, runfiles: str) -> list[Publication]:
    """Read a publication file; ``runfiles`` is the directory that its paths start from.

    Raises:
        PublicationError: a file is missing, or its version is not ours.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            document = json.load(stream)
        if document["version"] != VERSION:
            raise PublicationError(f"{path}: not a publication of version {VERSION}")
        return [_publication(item, runfiles) for item in document["images"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublicationError(f"{path}: {error}") from error


class _ImageItem(TypedDict):
    """An image of the publication file; paths are relative to the runfiles."""

    manifest: str
    config: str
    layers: list[str]
    foreign_blobs: list[str]


class _AttachmentItem(TypedDict):
    path: str
    media_type: str
    predicate_type: str


class _Item(TypedDict):
    """The keys that ``rules/private/publish/publication.bzl`` writes for each image."""

    label: str
    repository: str
    tags: list[str]
    mount_from: list[str]
    repositories: list[str]
    index: str
    manifests: list[_ImageItem]
    attachments: NotRequired[list[_AttachmentItem]]
    architecture_tags: NotRequired[bool]


class _Descriptor(TypedDict):
    """A descriptor of a manifest: the fields that are read."""

    mediaType: str
    digest: str
    size: int


class _Manifest(TypedDict):
    config: _Descriptor
    layers: list[_Descriptor]


class _Index(TypedDict):
    manifests: list[_Descriptor]


def _publication(item: _Item, runfiles: str) -> Publication:
    images = tuple(_image(image, runfiles) for image in item["manifests"])
    index = _document(os.path.join(runfiles, item["index"]), INDEX) if item["index"] else None
    if index:
        listed: _Index = json.loads(index.content)
        named = [entry["digest"] for entry in listed["manifests"]]
        if named != [image.manifest.digest for image in images]:
            raise PublicationError(
                f"{item['index']}: names images that were not built with it\n"
                "  build the image again, and then push it"
            )
    return Publication(
        label=item["label"],
        repository=item["repository"],
        tags=tuple(item["tags"]),
        mount_from=tuple(item["mount_from"]),
        repositories=tuple(item["repositories"]),
        index=index,
        images=images,
        attachments=tuple(_attachment(each, runfiles) for each in item.get("attachments", ())),
        architecture_tags=item.get("architecture_tags", False),
    )


def _attachment(item: _AttachmentItem, runfiles: str) -> Attachment:
    with open(os.path.join(runfiles, item["path"]), "rb") as stream:
        return Attachment(item["media_type"], item["predicate_type"], stream.read())


def _image(item: _ImageItem, runfiles: str) -> ImageFiles:
    path = os.path.join(runfiles, item["manifest"])
    manifest = _document(path, MANIFEST)
    described: _Manifest = json.loads(manifest.content)
    layers = described["layers"]
    own = [os.path.join(runfiles, layer) for layer in item["layers"]]
    foreign = [os.path.join(runfiles, blob) for blob in item["foreign_blobs"]]
    below = len(layers) - len(own)
    paths = [_foreign(layer["digest"], foreign, path) for layer in layers[:below]] + own
    return ImageFiles(
        manifest=manifest,
        config=_blob(described["config"], os.path.join(runfiles, item["config"])),
        layers=tuple(_blob(layer, file) for layer, file in zip(layers, paths, strict=True)),
    )


def _foreign(digest: str, files: list[str], manifest: str) -> str:
    path = find_blob(digest, files)
    if path is None:
        raise PublicationError(f"{manifest} names {digest}, which its base does not have")
    return path


def _blob(descriptor: _Descriptor, path: str) -> Blob:
    return Blob(descriptor["digest"], descriptor["size"], path)


def _document(path: str, otherwise: str) -> Document:
    with open(path, "rb") as stream:
        content = stream.read()
    media_type = json.loads(content).get("mediaType", otherwise)
    return Document(media_type, digest_of(content), content)
