"""Typed reading of the documents of images: indexes, manifests, descriptors, platforms, configs.

OCI Image Format Specification v1.1, and Docker's "Image Manifest Version 2, Schema 2" before it.
Registries send them, and layout directories of other tools have them. Every field is checked here,
once, so that later code can trust it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tools.errors import PlinthError
from tools.grammar.fields import check_size, check_text
from tools.image.config import CONFIG, INDEX, MANIFEST

INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = (MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")
CONFIGS = (CONFIG, "application/vnd.docker.container.image.v1+json")

LARGEST_DOCUMENT = 4 << 20
"""Bytes of a manifest, an index or a config; containers/image has the same limit."""

LARGEST_BLOB = 1 << 40
"""Bytes of a layer."""

_MOST_MANIFESTS = 10_000
_MOST_LAYERS = 1_000
_DEEPEST = 64

# "OCI Image Configuration", config and history, and what Docker adds; null means absent.
_TEXTS = ("User", "WorkingDir", "StopSignal")
_LISTS = ("Env", "Entrypoint", "Cmd")
_OBJECTS = ("ExposedPorts", "Volumes", "Labels")
_HISTORY = ("created", "created_by", "author", "comment")


class DocumentError(PlinthError):
    """A document of an image breaks its specification."""


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform of an image, with OCI's names; empty fields are not given."""

    os: str
    architecture: str
    variant: str = ""
    os_version: str = ""

    @property
    def name(self) -> str:
        """For files and targets: ``linux_arm_v7``."""
        return "_".join(part for part in (self.os, self.architecture, self.variant) if part)

    def document(self) -> dict[str, str]:
        """Return the ``platform`` of a descriptor."""
        fields = {
            "architecture": self.architecture,
            "os": self.os,
            "os.version": self.os_version,
            "variant": self.variant,
        }
        return {key: value for key, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A descriptor of a document or of a blob.

    Attributes:
        media_type: its media type.
        digest: its digest.
        size: bytes.
        platform: of an image in an index, if given.
        document: the complete JSON object; its annotations are texts.
    """

    media_type: str
    digest: str
    size: int
    platform: Platform | None
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImageIndex:
    """A list of manifests as JSON, for ``images_of`` and ``read_descriptor``."""

    entries: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class ImageManifest:
    """The manifest of one image, or of an artifact in the same form."""

    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]


def read_object(content: bytes, where: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        DocumentError: it is something else, too large or too deep, or has a repeated key.
    """
    if len(content) > LARGEST_DOCUMENT:
        raise DocumentError(f"{where}: more than {LARGEST_DOCUMENT} bytes")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) != len(pairs):
            raise DocumentError(f"{where}: an object has a key twice")
        return result

    def refuse(constant: str) -> None:
        raise DocumentError(f"{where}: {constant} is not JSON")

    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=once, parse_constant=refuse)
    except RecursionError as error:
        raise DocumentError(f"{where}: nested deeper than {_DEEPEST} levels") from error
    except ValueError as error:
        raise DocumentError(f"{where}: not JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise DocumentError(f"{where}: not a JSON object")
    if _is_deep(value):
        raise DocumentError(f"{where}: nested deeper than {_DEEPEST} levels")
    # RFC 8259, 8.2: half a character, which no terminal and no file accepts.
    if b"\\ud" in content.lower() and not _is_unicode(value):
        raise DocumentError(f"{where}: a text is not Unicode")
    return value


def read_manifest(content: bytes, content_type: str, where: str) -> ImageIndex | ImageManifest:
    """Read an index or a manifest.

    Args:
        content: the document.
        content_type: from the registry; used if the document itself has none.
        where: its name in errors.

    Raises:
        PlinthError: it is neither, or breaks the specification.
    """
    document = read_object(content, where)
    if type(document.get("schemaVersion")) is not int or document["schemaVersion"] != 2:
        raise DocumentError(f"{where}: schemaVersion is not 2")
    media_type = check_text(
        "media_type", document.get("mediaType", content_type), "mediaType", where
    )
    _check_texts(document, "annotations", where)
    # A document that is both could be read differently by us and by a scanner.
    if "manifests" in document and ("layers" in document or "config" in document):
        raise DocumentError(f"{where}: an index and a manifest at once")
    if media_type in INDEXES:
        return ImageIndex(tuple(_list(document, "manifests", _MOST_MANIFESTS, where)))
    if media_type in MANIFESTS:
        layers = _list(document, "layers", _MOST_LAYERS, where)
        return ImageManifest(
            media_type,
            read_descriptor(document.get("config"), f"{where}: config", LARGEST_DOCUMENT),
            tuple(
                read_descriptor(layer, f"{where}: layers[{number}]", LARGEST_BLOB)
                for number, layer in enumerate(layers)
            ),
        )
    raise DocumentError(f"{where}: is not an image, but {media_type}")


def read_descriptor(value: object, where: str, largest: int) -> Descriptor:
    """Read a descriptor of at most so many bytes.

    Raises:
        PlinthError: it breaks the specification, or describes something larger.
    """
    if not isinstance(value, dict):
        raise DocumentError(f"{where}: not a JSON object")
    size = check_size(value.get("size"), "size", where)
    if size > largest:
        raise DocumentError(f"{where}: size = {size}, but at most {largest} bytes are taken")
    platform = value.get("platform")
    _check_texts(value, "annotations", where)
    return Descriptor(
        check_text("media_type", value.get("mediaType"), "mediaType", where),
        check_text("oci_digest", value.get("digest"), "digest", where),
        size,
        read_platform(platform, f"{where}: platform") if platform else None,
        value,
    )


def read_platform(value: object, where: str) -> Platform:
    """Read the platform of a descriptor, or of a config.

    Raises:
        PlinthError: a field is missing or breaks its grammar.
    """
    if not isinstance(value, dict):
        raise DocumentError(f"{where}: not a JSON object")
    variant, version = value.get("variant"), value.get("os.version")
    return Platform(
        check_text("oci_word", value.get("os"), "os", where),
        check_text("oci_word", value.get("architecture"), "architecture", where),
        check_text("oci_variant", variant, "variant", where) if variant not in (None, "") else "",
        check_text("text", version, "os.version", where) if version not in (None, "") else "",
    )


def read_config(content: bytes, layers: int, where: str) -> Platform:
    """Check the config of an image with so many layers; return its platform.

    Raises:
        PlinthError: it breaks the specification, or does not fit the layers.
    """
    document = read_object(content, where)
    platform = read_platform(document, where)
    rootfs = document.get("rootfs")
    if not isinstance(rootfs, dict):
        raise DocumentError(f"{where}: rootfs is not a JSON object")
    diff_ids = _list(rootfs, "diff_ids", _MOST_LAYERS, where)
    if len(diff_ids) != layers:
        raise DocumentError(
            f"{where}: {len(diff_ids)} diff_ids, but the manifest has {layers} layers"
        )
    for number, diff_id in enumerate(diff_ids):
        check_text("oci_digest", diff_id, f"diff_ids[{number}]", where)
    for key, kind in (("config", dict), ("history", list)):
        if not isinstance(document.get(key), kind | None):
            raise DocumentError(f"{where}: {key} is of the wrong kind")
    _check_run_config(document.get("config") or {}, f"{where}: config")
    for number, item in enumerate(document.get("history") or ()):
        if not isinstance(item, dict):
            raise DocumentError(f"{where}: history is not a list of objects")
        _check_kinds(item, _HISTORY, str, f"{where}: history[{number}]")
        _check_kinds(item, ("empty_layer",), bool, f"{where}: history[{number}]")
    return platform


def images_of(index: ImageIndex, architectures: Collection[str], where: str) -> list[Descriptor]:
    """Return the images of an index that are, or may be, for Linux on one of some architectures.

    Raises:
        PlinthError: an entry that counts breaks the specification.
    """
    described = linux_descriptors(index, where, architectures)
    return [each for each in described if each.media_type in MANIFESTS]


def linux_descriptors(
    index: ImageIndex, where: str, architectures: Collection[str] | None = None
) -> list[Descriptor]:
    """Return the entries of an index that may be for Linux; optionally of some architectures.

    Entries for other systems are not read: nothing needs them, and attestations are manifests for
    ``unknown``.

    Raises:
        PlinthError: an entry that counts breaks the specification.
    """
    return [
        read_descriptor(entry, f"{where}: manifests[{number}]", LARGEST_DOCUMENT)
        for number, entry in enumerate(index.entries)
        if not _is_for_another(entry, architectures)
    ]


def _is_for_another(entry: object, architectures: Collection[str] | None) -> bool:
    platform = entry.get("platform") if isinstance(entry, dict) else None
    if not isinstance(platform, dict):
        return False
    os, architecture = platform.get("os"), platform.get("architecture")
    return (isinstance(os, str) and os != "linux") or (
        architectures is not None
        and isinstance(architecture, str)
        and architecture not in architectures
    )


def _check_run_config(config: dict[str, Any], where: str) -> None:
    _check_kinds(config, _TEXTS, str, where)
    _check_kinds(config, _LISTS, list, where)
    _check_kinds(config, _OBJECTS, dict, where)
    for key in _LISTS:
        if not all(isinstance(item, str) for item in config.get(key) or ()):
            raise DocumentError(f"{where}: {key} is not a list of texts")
    _check_texts(config, "Labels", where)


def _check_kinds(document: dict[str, Any], keys: tuple[str, ...], kind: type, where: str) -> None:
    for key in keys:
        if not isinstance(document.get(key), kind | None):
            raise DocumentError(f"{where}: {key} is of the wrong kind")


def _check_texts(document: dict[str, Any], key: str, where: str) -> None:
    texts = document.get(key)
    if texts is not None and not (
        isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values())
    ):
        raise DocumentError(f"{where}: {key} is not an object of texts")


def _list(document: dict[str, Any], key: str, most: int, where: str) -> list[Any]:
    value = document.get(key)
    if not isinstance(value, list):
        raise DocumentError(f"{where}: {key} is missing, or is not a list")
    if len(value) > most:
        raise DocumentError(f"{where}: {len(value)} {key}, but at most {most} are taken")
    return value


def _is_unicode(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_deep(value: object) -> bool:
    """Return whether JSON has more levels than any document of a registry needs."""
    level: list[object] = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for item in level
            if isinstance(item, (dict, list))
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
