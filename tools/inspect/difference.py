"""Compares two images: packages, files, configuration, surface, layers. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.inspect.surface import LISTS, Surface, measure_surface

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tools.inspect.image_facts import ImageFacts
    from tools.layer.facts import Entry

_COMPARED = ("type", "mode", "uid", "gid", "size", "sha256", "target", "xattrs")


@dataclass(frozen=True, slots=True)
class Change:
    """Something that differs.

    Attributes:
        name: of a package or component, a path, or a key.
        before: what it was; None if it was not there.
        after: what it is; None if it is not there.
        what: for files, which of their properties differ, or "added", "removed".
        origin: for files, their package or target.
    """

    name: str
    before: Any
    after: Any
    what: str = ""
    origin: str = ""

    @property
    def sign(self) -> str:
        """``+``, ``-`` or ``~``."""
        return "+" if self.before is None else "-" if self.after is None else "~"


@dataclass(frozen=True, slots=True)
class ImageDifference:
    """What differs between two images.

    Attributes:
        packages: by name, with versions.
        components: of other installers: "pypi: requests", with versions.
        files: by path.
        config: by key of the configuration, environment variables and labels one by one.
        surface: items that are new or gone, by key of ``surface.LISTS``.
        surfaces: of both images.
        layers: digests that are only in the old, only in the new, and in both: bytes of each.
    """

    packages: tuple[Change, ...]
    components: tuple[Change, ...]
    files: tuple[Change, ...]
    config: tuple[Change, ...]
    surface: Mapping[str, tuple[Change, ...]]
    surfaces: tuple[Surface, Surface]
    layers: tuple[int, int, int]

    @property
    def empty(self) -> bool:
        """Whether the images have the same content and configuration."""
        return not (self.packages or self.components or self.files or self.config)


def compare_images(old: ImageFacts, new: ImageFacts) -> ImageDifference:
    """Compare two images.

    Raises:
        PlinthError: facts of layers are missing.
    """
    surfaces = (measure_surface(old), measure_surface(new))
    return ImageDifference(
        packages=_changes(_versions(old), _versions(new)),
        components=_changes(_components(old), _components(new)),
        files=tuple(_files(old, new)),
        config=_changes(_settings(old), _settings(new)),
        surface={
            key: found
            for key in LISTS
            if (found := _items(surfaces[0].lists[key], surfaces[1].lists[key]))
        },
        surfaces=surfaces,
        layers=_layers(old, new),
    )


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    return tuple(
        Change(name, old.get(name), new.get(name))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def _items(old: Iterable[str], new: Iterable[str]) -> tuple[Change, ...]:
    before, after = set(old), set(new)
    return tuple(
        Change(item, item if item in before else None, item if item in after else None)
        for item in sorted(before ^ after)
    )


def _versions(image: ImageFacts) -> dict[str, str]:
    return {name: package["version"] for name, package in image.packages.items()}


def _components(image: ImageFacts) -> dict[str, str]:
    found = [entry["component"] for entry in image.entries.values() if "component" in entry]
    found += [item for layer in image.layers for item in layer.get("components", ())]
    return {f"{item['type']}: {item['name']}": item.get("version", "?") for item in found}


def _settings(image: ImageFacts) -> dict[str, str]:
    """Return the configuration, flat: what a container sees, and the platform."""
    settings = {"platform": image.platform}
    for key, value in image.run_config.items():
        if key == "Env":
            settings.update({f"Env {name}": text for name, text in image.environment.items()})
        elif key == "Labels":
            settings.update({f"Label {name}": text for name, text in (value or {}).items()})
        elif isinstance(value, dict):
            settings[key] = " ".join(sorted(value))
        elif isinstance(value, list):
            settings[key] = " ".join(value)
        else:
            settings[key] = str(value)
    annotations = image.manifest.get("annotations") or {}
    settings.update({f"Annotation {name}": text for name, text in annotations.items()})
    return settings


def _files(old: ImageFacts, new: ImageFacts) -> Iterable[Change]:
    for path in sorted({*old.entries, *new.entries}):
        before, after = old.entries.get(path), new.entries.get(path)
        if before is None or after is None:
            present = before or after or {}
            if present.get("implied"):
                continue  # a directory that is there because of its content
            what = "removed" if after is None else "added"
            yield Change(path, before, after, what, _origin(present))
            continue
        differing = [key for key in _COMPARED if before.get(key) != after.get(key)]
        if differing:
            # The hash shows what a size would.
            words = [key for key in differing if key != "size" or "sha256" not in differing]
            what = ", ".join(words).replace("sha256", "content")
            yield Change(path, before, after, what, _origin(after))


def _origin(entry: Entry) -> str:
    return str(entry.get("origin", "")).removeprefix("@@")


def _layers(old: ImageFacts, new: ImageFacts) -> tuple[int, int, int]:
    before = {layer["digest"]: layer["size"] for layer in old.manifest["layers"]}
    after = {layer["digest"]: layer["size"] for layer in new.manifest["layers"]}
    return (
        sum(size for digest, size in before.items() if digest not in after),
        sum(size for digest, size in after.items() if digest not in before),
        sum(size for digest, size in after.items() if digest in before),
    )
