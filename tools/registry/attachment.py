"""Documents about an image that are stored next to it: bills of materials, provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tools.image.config import canonical
from tools.registry.client import digest_of

STATEMENT = "application/vnd.in-toto+json"
_STATEMENT_TYPE = "https://in-toto.io/Statement/v1"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document about an image.

    Attributes:
        media_type: of the document: ``application/spdx+json``.
        predicate_type: its type in a signed statement.
        content: its bytes.
    """

    media_type: str
    predicate_type: str
    content: bytes

    def statement(self, name: str, digest: str) -> bytes:
        """Return the document as an in-toto statement about an image, to be signed.

        in-toto Attestation Framework, "Statement" v1. A document that is already a statement stays
        unchanged.

        Args:
            name: of the image.
            digest: of its manifest.
        """
        if self.media_type == STATEMENT:
            return self.content
        algorithm, _, value = digest.partition(":")
        return canonical(
            {
                "_type": _STATEMENT_TYPE,
                "subject": [{"name": name, "digest": {algorithm: value}}],
                "predicateType": self.predicate_type,
                "predicate": json.loads(self.content),
            }
        )


@dataclass(frozen=True, slots=True)
class Artifact:
    """An OCI artifact of one file, ready to be stored.

    Attributes:
        manifest: its manifest.
        config: its config.
        content: its one layer.
    """

    manifest: bytes
    config: bytes
    content: bytes

    @property
    def digest(self) -> str:
        """Of the manifest."""
        return digest_of(self.manifest)


EMPTY = b"{}"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
"""OCI Image Specification v1.1, "Guidance for an Empty Descriptor"."""


def artifact_of(attachment: Attachment, subject: dict[str, Any]) -> Artifact:
    """Return the artifact that carries a document and names its subject.

    OCI Image Specification v1.1, "Guidelines for Artifact Usage".

    Args:
        attachment: the document.
        subject: descriptor of the image's manifest.
    """
    manifest = canonical(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactType": attachment.media_type,
            "config": {"mediaType": EMPTY_TYPE, "digest": digest_of(EMPTY), "size": len(EMPTY)},
            "layers": [
                {
                    "mediaType": attachment.media_type,
                    "digest": digest_of(attachment.content),
                    "size": len(attachment.content),
                }
            ],
            "subject": subject,
            "annotations": {"in-toto.io/predicate-type": attachment.predicate_type},
        }
    )
    return Artifact(manifest, EMPTY, attachment.content)
