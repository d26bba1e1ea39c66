"""Stores documents about an image, where the registry lists them as its referrers.

OCI Distribution Specification v1.1, "Pushing Manifests with Subject" and "Referrers Tag Schema":
registries without the API leave the list to their clients, as an index under a tag.
"""

from __future__ import annotations

import json
import tempfile
from typing import Any

from tools.grammar.fields import FieldError
from tools.image.config import INDEX, MANIFEST, canonical
from tools.image.documents import (
    LARGEST_DOCUMENT,
    DocumentError,
    ImageIndex,
    ImageManifest,
    read_descriptor,
    read_manifest,
)
from tools.registry.attachment import Attachment, artifact_of
from tools.registry.blob import Blob
from tools.registry.client import Client, digest_of
from tools.registry.publication import Document
from tools.registry.upload import upload


def attach(client: Client, subject: Document, attachments: list[Attachment]) -> list[str]:
    """Store documents; return the digests of their manifests.

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
    """Return the tag of the list of documents about a digest: ``sha256-…``."""
    return digest.replace(":", "-") + suffix


def stored_under(client: Client, tag: str) -> ImageIndex | ImageManifest:
    """Return what is stored under a tag of ours.

    Raises:
        PlinthError: it is not there, or is neither an index nor a manifest.
    """
    manifest = client.manifest(tag)
    try:
        return read_manifest(manifest.content, manifest.media_type, f"{client.repository}:{tag}")
    except (DocumentError, FieldError) as error:
        raise strange_tag(str(error)) from error


def strange_tag(problem: str) -> DocumentError:
    """Return the error of a tag of ours with other content."""
    return DocumentError(f"{problem}\n  delete this tag, and push again")


def _list_under_tag(client: Client, digest: str, added: list[dict[str, Any]]) -> None:
    tag = tag_of(digest)
    listed: list[dict[str, Any]] = []
    if client.manifest_digest(tag):
        listed = _listed(client, tag)
    known = {item["digest"] for item in listed}
    new = [item for item in added if item["digest"] not in known]
    if new:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed + new}
        client.put_manifest(tag, INDEX, canonical(index))


def _listed(client: Client, tag: str) -> list[dict[str, Any]]:
    """Return what a tag already lists, of all writers."""
    where = f"{client.repository}:{tag}"
    index = stored_under(client, tag)
    if not isinstance(index, ImageIndex):
        raise strange_tag(f"{where}: is not an index")
    try:
        return [
            read_descriptor(entry, f"{where}: manifests[{number}]", LARGEST_DOCUMENT).document
            for number, entry in enumerate(index.entries)
        ]
    except (DocumentError, FieldError) as error:
        raise strange_tag(str(error)) from error
