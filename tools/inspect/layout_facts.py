"""Facts of the images of an OCI layout directory, whoever made it; here alone blobs are read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tools.debian.control import parse_paragraphs
from tools.image.config import INDEX, MANIFEST
from tools.inspect.image_facts import ImageError, ImageFacts, read_document
from tools.layer import digest
from tools.layer.content import START, describe_content, worth_reading
from tools.layer.decompress import decompress
from tools.layer.facts import VERSION
from tools.layer.tar_header import DIRECTORY, FILE, HARDLINK, SYMLINK
from tools.layer.tar_reader import read_tar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from tools.layer.facts import Entry, Facts
    from tools.layer.tar_reader import TarEntry

_INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = (MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")
_TYPES = {FILE: "file", DIRECTORY: "directory", SYMLINK: "symlink", HARDLINK: "hardlink"}
_MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}
_STATUS = ("var/lib/dpkg/status", "var/lib/dpkg/status.d/")


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
        for member in _members(path):
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
    history = [item for item in config.get("history", ()) if not item.get("empty_layer")]
    layers = []
    for number, described in enumerate(manifest["layers"]):
        told = str(history[number].get("created_by", "")) if number < len(history) else ""
        layers.append(_read_layer(_blob(layout, described["digest"]), described, told))
    return ImageFacts(layout, config, manifest, tuple(layers))


def _read_layer(path: str, described: dict[str, Any], created_by: str) -> Facts:
    entries: dict[str, Entry] = {}
    packages: list[dict[str, str]] = []
    for member in _members(path):
        if member.path:
            entries[member.path] = _entry(member, packages)
    size = sum(entry.get("size", 0) for entry in entries.values())
    origin = created_by or described["digest"]
    return {
        "version": VERSION,
        "digest": described["digest"],
        "size": described["size"],
        "uncompressed_size": size,
        "created_by": created_by,
        "packages": packages,
        "fragments": [
            {
                "origin": origin,
                "package": None,
                "offset": 0,
                "size": size,
                "compressed_size": described["size"],
            }
        ],
        "entries": [{**entry, "origin": origin} for entry in entries.values()],
    }


def _members(path: str) -> Iterator[TarEntry]:
    try:
        with open(path, "rb") as stream:
            data = memoryview(stream.read())
    except OSError as error:
        raise ImageError(f"{path}: {error.strerror}") from error
    magic = bytes(data[:4])
    compression = next((name for start, name in _MAGIC.items() if magic.startswith(start)), "")
    return read_tar(decompress(compression, data))


def _entry(member: TarEntry, packages: list[dict[str, str]]) -> Entry:
    entry: Entry = {
        "path": member.path,
        "type": _TYPES[member.type],
        "mode": member.mode,
        "uid": member.uid,
        "gid": member.gid,
    }
    if member.attributes:
        entry["xattrs"] = {
            key.decode("utf-8", "replace").removeprefix("SCHILY.xattr."): value.hex()
            for key, value in member.attributes.items()
        }
    if member.type != FILE:
        return {**entry, "target": member.target} if member.target else entry
    content = b"".join(member.body())
    entry.update(size=member.size, sha256=digest.sha256(content).hexdigest())
    if worth_reading(member.path, len(content), content[:START]):
        entry.update(describe_content(member.path, content))
    if member.path.startswith(_STATUS) and not member.path.endswith(".md5sums"):
        packages += _packages(content)
    return entry


def _packages(status: bytes) -> Iterator[dict[str, str]]:
    """What dpkg's status, or a file of status.d, says is installed."""
    for paragraph in parse_paragraphs(status):
        state = paragraph.get("Status", "install ok installed").split()
        name = paragraph.get("Package")
        if name and state[-1:] == ["installed"]:
            yield {
                "name": name,
                "version": paragraph.get("Version"),
                "architecture": paragraph.get("Architecture"),
                "source": paragraph.get("Source", name).split(" ")[0],
            }


def _blob(layout: str, name: str) -> str:
    algorithm, _, value = name.partition(":")
    return os.path.join(layout, "blobs", algorithm, value)
