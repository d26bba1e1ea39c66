"""Brings a base image here: what describes it, without its layers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from tools.errors import PlinthError
from tools.image.config import INDEX, MANIFEST, platform
from tools.registry.client import Client, digest_of

_INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = (MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")


class PullError(PlinthError):
    """What a digest names is no image that can be built upon."""


def describe_image(client: Client, digest: str, directory: str) -> list[dict[str, Any]]:
    """Fetch the manifests and configs of an image or an index into a directory.

    Writes ``PLATFORM.manifest.json``, ``PLATFORM.config.json`` and ``PLATFORM.descriptor.json``
    with PLATFORM such as ``linux_amd64`` or ``linux_arm_v7``.

    Args:
        client: the repository.
        digest: what to fetch.
        directory: where to.

    Returns:
        For each platform ``{"name", "architecture", "variant", "layers": {digest: size}}``.

    Raises:
        PlinthError: it cannot be had, or is no image.
    """
    found = {}
    for manifest_digest in _manifests(client, digest):
        manifest = client.manifest(manifest_digest)
        document = json.loads(manifest.content)
        if document.get("mediaType", manifest.media_type) not in _MANIFESTS:
            raise PullError(f"{client.repository}@{digest} is not an image")
        described = document["config"]
        config = client.blob(described["digest"], described["size"])
        its_platform = platform(json.loads(config))
        if its_platform.get("os") != "linux":
            continue  # nothing of ours could be put on top
        name = "_".join(
            its_platform[key] for key in ("os", "architecture", "variant") if its_platform.get(key)
        )
        # The first of a platform is the one that runtimes take.
        if name in found:
            continue
        descriptor = {
            "mediaType": document.get("mediaType", manifest.media_type),
            "digest": manifest.digest,
            "size": len(manifest.content),
            "platform": its_platform,
            "config": described,
            "layers": document["layers"],
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
            "architecture": its_platform["architecture"],
            "variant": its_platform.get("variant", ""),
            "layers": {layer["digest"]: layer["size"] for layer in document["layers"]},
        }
    if not found:
        raise PullError(f"{client.repository}@{digest} has no image for Linux")
    return [found[name] for name in sorted(found)]


def _manifests(client: Client, digest: str) -> Iterator[str]:
    """The digests of an index's manifests, or of the one manifest itself."""
    root = client.manifest(digest)
    if root.media_type not in _INDEXES:
        yield digest_of(root.content)
        return
    for entry in json.loads(root.content)["manifests"]:
        # Attestations stand in indexes as manifests for "unknown".
        if entry.get("platform", {}).get("os") != "unknown" and entry["mediaType"] in _MANIFESTS:
            yield entry["digest"]
