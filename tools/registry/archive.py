"""Writes an image as one tar stream that every daemon reads.

It is two formats at once, over the same blobs: an OCI image layout (podman, containerd, docker with
containerd's image store), and the ``manifest.json`` of ``docker save`` (docker's own store).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Callable, Collection, Sequence
from typing import BinaryIO

from tools.image.config import INDEX
from tools.image.layout import LAYOUT_FILE, REF_NAME
from tools.registry.blob import Blob
from tools.registry.publication import ImageFiles

_IMAGE_NAME = "io.containerd.image.name"
"""The annotation with the whole name for containerd; the OCI one is for tags."""


def write_archive(
    out: BinaryIO,
    image: ImageFiles,
    names: Sequence[str],
    *,
    without: Collection[str] = (),
    progress: Callable[[int], object] = lambda _: None,
) -> None:
    """Write an image.

    Args:
        out: the stream; it is never asked to seek.
        image: the image of one platform.
        names: whole names to give it: ``app:1.0``.
        without: digests of layers that the reader already has.
        progress: receives the number of bytes of blobs written.
    """
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
        _add(archive, "oci-layout", LAYOUT_FILE)
        _add(archive, "index.json", _index(image, names))
        _add(archive, "manifest.json", _docker_manifest(image, names))
        _add(archive, blob_path(image.manifest.digest), image.manifest.content)
        for blob in dict.fromkeys(image.blobs):
            if blob.digest not in without:
                _add_file(archive, blob)
                progress(blob.size)


def write_archive_file(path: str, image: ImageFiles, names: Sequence[str]) -> None:
    """Write an image into a file, which appears under its name only when it is complete.

    Raises:
        OSError: it cannot be written; then nothing is left behind.
    """
    directory, name = os.path.split(path)
    temporary = os.path.join(directory, f".{name}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb") as out:
            write_archive(out, image, names)
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            error.filename = path
        raise


def blob_path(digest: str) -> str:
    """Return the path of a blob in a layout."""
    return "blobs/" + digest.replace(":", "/")


def index_of(image: ImageFiles, ref: str) -> bytes:
    """Return the ``index.json`` of a layout with one image under a tag."""
    return _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": [_entry(image, ref, "")]})


def qualified(name: str) -> str:
    """Return a name with a registry: ``localhost/app:1.0`` for ``app:1.0``, as podman does.

    containerd keeps names unchanged, and docker on top of it finds none without a registry.
    """
    first, slash, _ = name.partition("/")
    has_registry = slash and ("." in first or ":" in first or first == "localhost")
    return name if has_registry else f"localhost/{name}"


def _index(image: ImageFiles, names: Sequence[str]) -> bytes:
    manifests = [_entry(image, name.rpartition(":")[2], qualified(name)) for name in names]
    return _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests})


def _entry(image: ImageFiles, ref: str, name: str) -> dict[str, object]:
    annotations = {REF_NAME: ref, **({_IMAGE_NAME: name} if name else {})}
    return {
        "mediaType": image.manifest.media_type,
        "digest": image.manifest.digest,
        "size": len(image.manifest.content),
        "annotations": annotations,
    }


def _docker_manifest(image: ImageFiles, names: Sequence[str]) -> bytes:
    """Docker Image Specification v1.2, "Combined Image JSON + Filesystem Changeset Format"."""
    item = {
        "Config": blob_path(image.config.digest),
        "RepoTags": list(names),
        "Layers": [blob_path(layer.digest) for layer in image.layers],
    }
    return _json([item])


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    return member


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    archive.addfile(_member(name, len(content)), io.BytesIO(content))


def _add_file(archive: tarfile.TarFile, blob: Blob) -> None:
    with blob.open() as stream:
        archive.addfile(_member(blob_path(blob.digest), blob.size), stream)
