"""Unpacks an OCI image-layout directory the way a container runtime does."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from tools.tar.header import DIRECTORY, FILE, HARDLINK
from tools.tar.members import read_members
from tools.tar.unpack import unpack_layers


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
    """Return the layout directory itself: runfiles and sandboxes show its files through links."""
    return os.path.dirname(os.path.realpath(os.path.join(layout, "index.json")))


def unpack(image: Image, root: str) -> None:
    """Unpack the layers into ``root``, lowest first; owners become the caller's own."""
    unpack_layers(image.layers, root)


def own(image: Image, root: str) -> None:
    """Give the files of an unpacked image the owners of the image; only root can."""
    for layer in image.layers:
        for entry in read_members(layer):
            path = os.path.join(root, entry.path)
            within = os.path.realpath(os.path.dirname(path)).startswith(os.path.realpath(root))
            if within and os.path.lexists(path) and entry.type != HARDLINK:
                os.chown(path, entry.uid, entry.gid, follow_symlinks=False)
                if entry.type in {DIRECTORY, FILE}:
                    # chown(2) clears the set-id bits.
                    os.chmod(path, entry.mode)


def forbid(image: Image, root: str) -> None:
    """Take from the caller, who owns all of an unpacked image, what its user may not do there."""
    user, _, group = (image.config["config"].get("User") or "0").partition(":")
    uid, gid = int(user), int(group or user)
    modes: dict[str, int] = {}
    for layer in image.layers:
        for entry in read_members(layer):
            if entry.type in {DIRECTORY, FILE}:
                shift = 6 if entry.uid == uid else 3 if entry.gid == gid else 0
                modes[entry.path] = entry.mode & 0o7077 | (entry.mode >> shift & 7) << 6
    # What is in a directory comes before the directory itself, which may become unreadable.
    for path in sorted(modes, reverse=True):
        full = os.path.join(root, path)
        if os.path.lexists(full) and not os.path.islink(full):
            os.chmod(full, modes[path])
