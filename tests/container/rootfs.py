"""Unpacks an OCI image-layout directory the way a container runtime does."""

from __future__ import annotations

import io
import json
import os
import tarfile
from dataclasses import dataclass
from typing import Any

from tools.layer.decompress import decompress

_ZSTD = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True)
class Image:
    """An image of a layout: its config, and the blobs of its layers, lowest first."""

    config: dict[str, Any]
    manifest: dict[str, Any]
    layers: tuple[str, ...]


def read_layout(layout: str) -> Image:
    """Read the only image of a layout directory."""

    def blob(digest: str) -> str:
        algorithm, _, value = digest.partition(":")
        return os.path.join(layout, "blobs", algorithm, value)

    def document(path: str) -> Any:
        with open(path, encoding="utf-8") as stream:
            return json.load(stream)

    (descriptor,) = document(os.path.join(layout, "index.json"))["manifests"]
    manifest = document(blob(descriptor["digest"]))
    return Image(
        config=document(blob(manifest["config"]["digest"])),
        manifest=manifest,
        layers=tuple(blob(layer["digest"]) for layer in manifest["layers"]),
    )


def as_built(layout: str) -> str:
    """The layout directory itself: runfiles and sandboxes show its files through links."""
    return os.path.dirname(os.path.realpath(os.path.join(layout, "index.json")))


def unpack(image: Image, root: str) -> None:
    """Unpack the layers into ``root``, lowest first; owners become the caller's own.

    Directories get their modes last, so that a directory without write permission can be filled.
    """
    directories: dict[str, int] = {}
    for layer in image.layers:
        with _open_layer(layer) as archive:
            for member in archive:
                if member.isdir():
                    directories[member.name.rstrip("/")] = member.mode
                    os.makedirs(os.path.join(root, member.name), exist_ok=True)
                else:
                    archive.extract(member, root, filter=_keep_everything, set_attrs=True)
    for directory, mode in directories.items():
        os.chmod(os.path.join(root, directory), mode)


def _open_layer(path: str) -> tarfile.TarFile:
    with open(path, "rb") as stream:
        data = stream.read()
    if data.startswith(_ZSTD):
        return tarfile.open(fileobj=io.BytesIO(b"".join(decompress("zst", memoryview(data)))))
    return tarfile.open(fileobj=io.BytesIO(data), mode="r:gz")


def _keep_everything(member: tarfile.TarInfo, _root: str) -> tarfile.TarInfo:
    return member.replace(uid=os.getuid(), gid=os.getgid(), uname="", gname="", deep=False)
