"""Stores documents beside an image, where the registry lists them as its referrers.

OCI Distribution Specification v1.1, "Pushing Manifests with Subject" and "Referrers Tag Schema":
registries without the API leave the list to their clients, as an index under a tag.
"""

from __future__ import annotations

import json
import tempfile
from typing import Any

from tools.image.config import INDEX, MANIFEST, canonical
from tools.registry.attachment import Attachment, artifact_of
from tools.registry.client import Client, digest_of
from tools.registry.publication import Document
from tools.registry.upload import Blob, upload


def attach(client: Client, subject: Document, attachments: list[Attachment]) -> list[str]:
    """Store documents; gives the digests of their manifests.

    Raises:
        RegistryError: the registry refuses something.
    """
    described = {
        "mediaType": subject.media_type,
        "digest": subject.digest,
        "size": len(subject.content),
    }
    listed = []
    digests = []
    for attachment in attachments:
        artifact = artifact_of(attachment, described)
        put_blob(client, artifact.config)
        put_blob(client, artifact.content)
        knows_referrers = client.put_manifest(artifact.digest, MANIFEST, artifact.manifest)
        digests.append(artifact.digest)
        if not knows_referrers:
            manifest = json.loads(artifact.manifest)
            listed.append(
                {
                    "mediaType": MANIFEST,
                    "digest": artifact.digest,
                    "size": len(artifact.manifest),
                    "artifactType": manifest["artifactType"],
                    "annotations": manifest["annotations"],
                }
            )
    if listed:
        _list_under_tag(client, subject.digest, listed)
    return digests


def put_blob(client: Client, content: bytes) -> None:
    """Store a small blob, unless it is there.

    Raises:
        RegistryError: the registry refuses it.
    """
    digest = digest_of(content)
    if client.has_blob(digest):
        return
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        upload(client, Blob(digest, len(content), file.name), progress=lambda _: None)


def tag_of(digest: str, suffix: str = "") -> str:
    """The tag under which things about a digest are listed: ``sha256-…``."""
    return digest.replace(":", "-") + suffix


def _list_under_tag(client: Client, digest: str, added: list[dict[str, Any]]) -> None:
    tag = tag_of(digest)
    index: dict[str, Any] = {"schemaVersion": 2, "mediaType": INDEX, "manifests": []}
    if client.manifest_digest(tag):
        index = json.loads(client.manifest(tag).content)
    known = {item["digest"] for item in index["manifests"]}
    new = [item for item in added if item["digest"] not in known]
    if new:
        index["manifests"] += new
        client.put_manifest(tag, INDEX, canonical(index))
