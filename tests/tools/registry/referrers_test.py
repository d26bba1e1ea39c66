"""Documents stored beside an image: listed by the registry, or where it cannot, under a tag."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tools.registry.tiny_image import TinyImage
from tools.registry.attachment import STATEMENT, Attachment
from tools.registry.client import Client
from tools.registry.connection import connections
from tools.registry.cosign import pre_authentication_encoding
from tools.registry.push import Destination, Push
from tools.registry.reference import parse_repository
from tools.registry.referrers import attach, tag_of
from tools.registry.transport import Options

SPDX = Attachment("application/spdx+json", "https://spdx.dev/Document", b'{"spdxVersion": "x"}')
OTHER = Attachment(STATEMENT, "https://slsa.dev/provenance/v1", b'{"predicateType": "x"}')


class KnowingClient(Client):
    """As of a registry with the referrers API: it says that it lists the manifest itself."""

    def put_manifest(self, reference: str, media_type: str, content: bytes) -> bool:
        """Store it as well."""
        super().put_manifest(reference, media_type, content)
        return True


def pushed(repository: str, directory: Path) -> tuple[Client, TinyImage]:
    image = TinyImage(directory / "image", b"layer")
    publication = image.publication(repository)
    connect = connections(Options())
    place = parse_repository(repository)
    Push([Destination(publication, place, ())], connect).run()
    return connect(place), image


def listed(client: Client, image: TinyImage) -> list[str]:
    index = json.loads(client.manifest(tag_of(image.digest)).content)
    return [item["artifactType"] for item in index["manifests"]]


def test_a_registry_without_the_api(registry: str, name: str, tmp_path: Path) -> None:
    client, image = pushed(f"{registry}/{name}", tmp_path)
    root = image.publication(f"{registry}/{name}").root
    (first,) = attach(client, root, [SPDX])
    assert json.loads(client.manifest(first).content)["subject"]["digest"] == image.digest
    assert listed(client, image) == ["application/spdx+json"]
    attach(client, root, [SPDX, OTHER])
    assert listed(client, image) == ["application/spdx+json", STATEMENT]


def test_a_registry_with_the_api_needs_no_tag(registry: str, name: str, tmp_path: Path) -> None:
    plain, image = pushed(f"{registry}/{name}", tmp_path)
    client = KnowingClient(plain.transport, plain.repository)
    (digest,) = attach(client, image.publication(f"{registry}/{name}").root, [SPDX])
    assert client.manifest_digest(digest) == digest
    assert not client.manifest_digest(tag_of(image.digest))


def test_a_document_becomes_a_statement_about_the_image() -> None:
    statement = json.loads(SPDX.statement("registry.example/app", "sha256:ab"))
    assert statement == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "registry.example/app", "digest": {"sha256": "ab"}}],
        "predicateType": "https://spdx.dev/Document",
        "predicate": {"spdxVersion": "x"},
    }
    assert OTHER.statement("registry.example/app", "sha256:ab") == OTHER.content


def test_what_an_envelope_signs() -> None:
    # The example of the DSSE protocol.
    encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
