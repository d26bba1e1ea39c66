"""The facts of one image: configuration, manifest, layers, and the tree of a container.

Everything that inspects images starts here. Reads JSON only, never a blob.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from tools.action import json_text
from tools.errors import PlinthError
from tools.image.config import ARCHITECTURES
from tools.layer.facts import read_layers
from tools.layer.tree import Tree
from tools.layer.whiteouts import merge_layers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tools.layer.facts import Entry, Facts, PackageFacts

_DEBIAN = {names: debian for debian, names in ARCHITECTURES.items()}
_DEFAULT_VARIANTS = {"arm64": "v8", "arm": "v7"}


class ImageError(PlinthError):
    """The documents of an image cannot be read, or facts are missing."""


@dataclass(frozen=True)
class ImageFacts:
    """An image.

    Attributes:
        label: its name in messages and reports.
        config: the OCI image configuration.
        manifest: the OCI image manifest.
        layers: layer.json of each layer, lowest first; those of an image that was given only as a
            manifest have none.
    """

    label: str
    config: Mapping[str, Any]
    manifest: Mapping[str, Any]
    layers: tuple[Facts, ...] = field(repr=False)

    @property
    def platform(self) -> str:
        """As containers name it: ``linux/arm64/v8``."""
        parts = (self.config.get(key) for key in ("os", "architecture", "variant"))
        return "/".join(part for part in parts if part)

    @property
    def architecture(self) -> str:
        """Debian's name of the architecture.

        Raises:
            ImageError: Debian has no such architecture.
        """
        name = self.config.get("architecture", "")
        variant = self.config.get("variant") or _DEFAULT_VARIANTS.get(name, "")
        debian = _DEBIAN.get((name, variant))
        if debian is None:
            raise ImageError(f"{self.label}: {self.platform} is not an architecture of Debian")
        return debian

    @property
    def run_config(self) -> Mapping[str, Any]:
        """How containers are started: ``config`` of the configuration."""
        return self.config.get("config") or {}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of containers."""
        return dict(item.partition("=")[::2] for item in self.run_config.get("Env") or ())

    @property
    def foreign_layers(self) -> int:
        """How many layers, the lowest ones, have no facts."""
        return len(self.manifest["layers"]) - len(self.layers)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """What a container sees, by path: upper layers and their whiteouts applied."""
        return merge_layers(self.layers)

    @cached_property
    def tree(self) -> Tree:
        """The same, with links followed."""
        return Tree(({"entries": list(self.entries.values())},))

    @cached_property
    def packages(self) -> dict[str, PackageFacts]:
        """The packages, by name: the lock's entry of each."""
        return {package["name"]: package for layer in self.layers for package in layer["packages"]}

    @cached_property
    def dropped_libraries(self) -> dict[str, str]:
        """Libraries that path policies left out of packages: file name to origin."""
        return {
            name: fragment["origin"]
            for layer in self.layers
            for fragment in layer.get("fragments", ())
            for name in fragment.get("dropped_libraries", ())
        }

    def require_facts(self, what: str) -> None:
        """Refuse an image with layers that have no facts; ``what`` needs them.

        Raises:
            ImageError: it has such layers.
        """
        if self.foreign_layers:
            raise ImageError(
                f"{self.label}: {what} needs facts of every layer, and the lowest"
                f" {self.foreign_layers} of {len(self.manifest['layers'])} have none"
                "\n  give it the image's layout directory instead"
            )


def read_image(item: Mapping[str, Any]) -> ImageFacts:
    """Read an image.

    Args:
        item: {"label", "config": path, "manifest": path, "layers": [path of layer.json, or of
            the facts of a foreign image, …]}, as the rules write it.

    Raises:
        PlinthError: a file cannot be read.
    """
    return ImageFacts(
        label=item["label"],
        config=read_document(item["config"]),
        manifest=read_document(item["manifest"]),
        layers=tuple(layer for path in item["layers"] for layer in read_layers(path)),
    )


def read_document(path: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ImageError: not readable, or something else.
    """
    try:
        document = json_text.read(path)
    except (OSError, ValueError) as error:
        raise ImageError(f"{path}: {error}") from error
    except RecursionError as error:
        raise ImageError(f"{path}: nested too deep") from error
    if not isinstance(document, dict):
        raise ImageError(f"{path}: not a JSON object")
    return document
