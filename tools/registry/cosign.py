"""Signatures and attestations, stored where cosign looks for them.

cosign's specifications "SIGNATURE_SPEC" and "ATTESTATION_SPEC": a manifest under a tag that the
digest of the image makes (``sha256-….sig``, ``sha256-….att``), with one layer for each signature.
The signed data are "Simple signing" payloads, and statements in DSSE envelopes (DSSE protocol v1).
"""

from __future__ import annotations

import base64
import json
from typing import Any

from tools.image.config import CONFIG, MANIFEST, canonical
from tools.image.documents import ImageManifest
from tools.registry.client import Client, digest_of
from tools.registry.referrers import put_blob, stored_under, strange_tag, tag_of
from tools.registry.signer import Signer

PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json"
ENVELOPE = "application/vnd.dsse.envelope.v1+json"
_SIGNATURE = "dev.cosignproject.cosign/signature"
_STATEMENT = "application/vnd.in-toto+json"


def store_signature(client: Client, digest: str, sign: Signer) -> bool:
    """Sign an image; return False if the same signature was there.

    Raises:
        PlinthError: it cannot be signed or stored.
    """
    payload = canonical(
        {
            "critical": {
                "identity": {"docker-reference": str(client.repository)},
                "image": {"docker-manifest-digest": digest},
                "type": "cosign container image signature",
            },
            "optional": None,
        }
    )
    annotations = {_SIGNATURE: base64.b64encode(sign(payload)).decode()}
    return _store(client, tag_of(digest, ".sig"), PAYLOAD, payload, annotations)


def store_attestation(client: Client, digest: str, statement: bytes, sign: Signer) -> bool:
    """Sign a statement about an image; return False if the same attestation was there.

    Raises:
        PlinthError: it cannot be signed or stored.
    """
    signature = sign(pre_authentication_encoding(_STATEMENT, statement))
    envelope = canonical(
        {
            "payloadType": _STATEMENT,
            "payload": base64.b64encode(statement).decode(),
            "signatures": [{"keyid": "", "sig": base64.b64encode(signature).decode()}],
        }
    )
    annotations = {_SIGNATURE: "", "predicateType": json.loads(statement)["predicateType"]}
    return _store(client, tag_of(digest, ".att"), ENVELOPE, envelope, annotations)


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that a DSSE signature is over: "PAE" of the protocol."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def _store(
    client: Client, tag: str, media_type: str, content: bytes, annotations: dict[str, str]
) -> bool:
    layer = {
        "mediaType": media_type,
        "digest": digest_of(content),
        "size": len(content),
        "annotations": annotations,
    }
    layers: list[dict[str, Any]] = []
    if client.manifest_digest(tag):
        layers = _layers(client, tag)
    if layer in layers:
        return False
    put_blob(client, content)
    layers.append(layer)
    config = canonical(
        {
            "architecture": "",
            "os": "",
            "created": "0001-01-01T00:00:00Z",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [each["digest"] for each in layers]},
        }
    )
    put_blob(client, config)
    manifest = canonical(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": digest_of(config), "size": len(config)},
            "layers": layers,
        }
    )
    client.put_manifest(tag, MANIFEST, manifest)
    return True


def _layers(client: Client, tag: str) -> list[dict[str, Any]]:
    """Return the signatures that a tag already has, of all signers."""
    signatures = stored_under(client, tag)
    if not isinstance(signatures, ImageManifest):
        raise strange_tag(f"{client.repository}:{tag}: is not a manifest of signatures")
    return [layer.document for layer in signatures.layers]
