"""Documents stored with an image: listed by the registry, or where it cannot, under a tag."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tools.registry.tiny_image import INDEX, MANIFEST, TinyImage
from tools.errors import PlinthError
from tools.registry.attachment import STATEMENT, Attachment
from tools.registry.client import Client, StoredManifest
from tools.registry.connection import connections
from tools.registry.cosign import pre_authentication_encoding, store_signature
from tools.registry.push import Destination, Push
from tools.registry.reference import Repository, parse_repository
from tools.registry.referrers import attach, tag_of
from tools.registry.transport import Options, Transport

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


def content(media_type: str, **fields: Any) -> bytes:
    return json.dumps({"schemaVersion": 2, "mediaType": media_type, **fields}).encode()


ENTRY = {"mediaType": MANIFEST, "digest": "sha256:" + "0" * 64, "size": 2}


@pytest.mark.parametrize(
    ("found", "media_type"),
    [
        (b"[]", INDEX),
        (b"{", INDEX),
        (b"[" * 99999, INDEX),
        (content(MANIFEST, manifests=[]), INDEX),
        (content(INDEX), INDEX),
        (content(INDEX, manifests={}), INDEX),
        (content(INDEX, manifests=[1]), INDEX),
        (content(INDEX, manifests=[{}]), INDEX),
        (content(INDEX, manifests=[{**ENTRY, "digest": 1}]), INDEX),
        (content(INDEX, manifests=[{**ENTRY, "size": "2"}]), INDEX),
        (content(MANIFEST, layers=[1], config=ENTRY), MANIFEST),
        (content(MANIFEST, layers=[], config=1), MANIFEST),
        (content("a/b"), MANIFEST),
    ],
)
def test_what_others_have_stored_is_not_believed(
    tmp_path: Path, found: bytes, media_type: str
) -> None:
    """A foreign document under the tag of a list, or of signatures, is a clear error, and stays."""
    image = TinyImage(tmp_path / "image", b"layer")

    class Strange(Client):
        def has_blob(self, *_: Any, **__: Any) -> bool:
            return True

        def manifest_digest(self, _reference: str) -> str:
            return "sha256:" + "0" * 64

        def manifest(self, _reference: str) -> StoredManifest:
            return StoredManifest(media_type, self.manifest_digest(""), found)

        def put_manifest(self, reference: str, *_: Any) -> bool:
            assert not reference.startswith("sha256-")
            return False

    client = Strange(Transport("localhost:1", Options()), Repository("localhost:1", "app"))
    sentence = r"localhost:1/app:sha256-[0-9a-f]{64}(\.sig)?: .*\n  delete this tag, and push again"
    with pytest.raises(PlinthError, match=sentence):
        attach(client, image.publication("localhost:1/app").root, [SPDX])
    with pytest.raises(PlinthError, match=sentence):
        store_signature(client, image.digest, lambda _: b"signature")


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
