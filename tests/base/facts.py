"""An image as its documents say it is: what a test of the catalogue reads instead of blobs.

Of images of this tree alone, whose layers hide nothing of one another.
"""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_DEBIAN = {"arm": "armhf", "ppc64le": "ppc64el"}  # the others have one name
_MOST_LINKS = 40  # path_resolution(7)


@dataclass(frozen=True)
class Image:
    """An image.

    Attributes:
        label: of its target.
        config: the OCI image configuration.
        manifest: the OCI image manifest.
        layers: layer.json of each layer, lowest first.
    """

    label: str
    config: dict[str, Any]
    manifest: dict[str, Any]
    layers: tuple[dict[str, Any], ...] = field(repr=False)

    @property
    def architecture(self) -> str:
        """Debian's name of the architecture."""
        name: str = self.config["architecture"]
        return _DEBIAN.get(name, name)

    @property
    def run_config(self) -> dict[str, Any]:
        """How containers are started: ``config`` of the configuration."""
        config: dict[str, Any] = self.config["config"]
        return config

    @property
    def environment(self) -> dict[str, str]:
        """The environment of containers."""
        return dict(item.partition("=")[::2] for item in self.run_config["Env"])

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """What a container sees, by path."""
        return {entry["path"]: entry for layer in self.layers for entry in layer["entries"]}

    @cached_property
    def packages(self) -> dict[str, dict[str, Any]]:
        """The packages, by name: what the lock says of each."""
        return {package["name"]: package for layer in self.layers for package in layer["packages"]}

    def file(self, path: str) -> dict[str, Any] | None:
        """Find the file at a path, all links followed."""
        left, done, links = path.strip("/").split("/")[::-1], "", 0
        while left:
            here = posixpath.normpath(posixpath.join(done, left.pop()))
            entry = self.entries.get(here)
            if entry is None:
                return None
            if entry["type"] != "symlink":
                done = here
                continue
            links += 1
            if links > _MOST_LINKS:
                return None
            target = posixpath.join("/", posixpath.dirname(here), entry["target"])
            left += posixpath.normpath(target).strip("/").split("/")[::-1]
            done = ""
        found = self.entries[done]
        found = self.entries[found["target"]] if found["type"] == "hardlink" else found
        return found if found["type"] == "file" else None


def read_image(item: dict[str, Any]) -> Image:
    """Read an image; ``item`` is of the list that ``image_documents`` writes."""

    def document(path: str) -> Any:
        with open(path, encoding="utf-8") as stream:
            return json.load(stream)

    return Image(
        label=item["label"],
        config=document(item["config"]),
        manifest=document(item["manifest"]),
        layers=tuple(document(path) for path in item["layers"]),
    )
