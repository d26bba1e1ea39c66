"""Fetches the metadata of a base image, without its layers."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from typing import Any

from tools.errors import PlinthError
from tools.grammar.fields import FieldError
from tools.image.documents import (
    CONFIGS,
    Descriptor,
    DocumentError,
    ImageManifest,
    Platform,
    images_of,
    read_config,
    read_manifest,
)
from tools.registry.client import Client, StoredManifest

_MOST_IMAGES = 32
"""The most images of one index; real ones have about ten platforms."""


class PullError(PlinthError):
    """A digest names something that cannot be a base image."""


def describe_image(
    client: Client, digest: str, directory: str, architectures: Collection[str]
) -> list[dict[str, Any]]:
    """Fetch the manifests and configs of an image or an index into a directory.

    Writes ``PLATFORM.manifest.json``, ``PLATFORM.config.json`` and ``PLATFORM.descriptor.json``
    with PLATFORM such as ``linux_amd64`` or ``linux_arm_v7``.

    Args:
        client: the repository.
        digest: what to fetch.
        directory: where to.
        architectures: the wanted ones of an index, OCI's names.

    Returns:
        For each platform ``{"name", "architecture", "variant", "layers": {digest: size}}``.

    Raises:
        PlinthError: it cannot be fetched, or is not an image.
    """
    try:
        return _describe(client, digest, directory, architectures)
    except (DocumentError, FieldError, PullError) as error:
        raise PullError(f"{error}\n  use another image, or ask who publishes this one") from error


def _describe(
    client: Client, digest: str, directory: str, architectures: Collection[str]
) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for described, manifest in _images(client, digest, architectures):
        where = f"{client.repository}@{manifest.digest}"
        image = read_manifest(manifest.content, manifest.media_type, where)
        if not isinstance(image, ImageManifest):
            raise PullError(f"{where}: is not an image")
        if image.config.media_type not in CONFIGS:
            continue  # an artifact, which an index lists like an image
        config = client.blob(image.config.digest, image.config.size)
        its_platform = read_config(config, len(image.layers), f"{where}: config")
        if described and described.architecture != its_platform.architecture:
            raise PullError(
                f"{where}: its config is for {its_platform.architecture}, but its index says"
                f" {described.architecture}"
            )
        name = its_platform.name
        # The first of a platform is the one that runtimes take.
        if its_platform.os != "linux" or name in found:
            continue
        descriptor = {
            "mediaType": image.media_type,
            "digest": manifest.digest,
            "size": len(manifest.content),
            "platform": its_platform.document(),
            "config": image.config.document,
            "layers": [layer.document for layer in image.layers],
        }
        for kind, content in (
            ("manifest", manifest.content),
            ("config", config),
            ("descriptor", json.dumps(descriptor, sort_keys=True).encode()),
        ):
            with open(os.path.join(directory, f"{name}.{kind}.json"), "wb") as out:
                out.write(content)
        found[name] = {
            "name": name,
            "architecture": its_platform.architecture,
            "variant": its_platform.variant,
            "layers": {layer.digest: layer.size for layer in image.layers},
        }
    if not found:
        raise PullError(
            f"{client.repository}@{digest} has no image for Linux on"
            f" {', '.join(sorted(architectures))}"
        )
    return [found[name] for name in sorted(found)]


def _images(
    client: Client, digest: str, architectures: Collection[str]
) -> Iterator[tuple[Platform | None, StoredManifest]]:
    """Return the manifests of an index, one for each platform, or the one manifest itself."""
    root = client.manifest(digest)
    where = f"{client.repository}@{digest}"
    index = read_manifest(root.content, root.media_type, where)
    if isinstance(index, ImageManifest):
        yield None, root
        return
    # The first of a platform is the one that runtimes take. If you name none, that is an error.
    wanted: dict[Platform | str, Descriptor] = {}
    for entry in images_of(index, architectures, where):
        wanted.setdefault(entry.platform or entry.digest, entry)
    if len(wanted) > _MOST_IMAGES:
        raise PullError(
            f"{where} has {len(wanted)} images for Linux, but at most {_MOST_IMAGES} are taken"
        )
    for entry in wanted.values():
        manifest = client.manifest(entry.digest)
        if len(manifest.content) != entry.size:
            raise PullError(
                f"{client.repository}@{entry.digest}: {len(manifest.content)} bytes, but its index"
                f" says {entry.size}"
            )
        yield entry.platform, manifest
