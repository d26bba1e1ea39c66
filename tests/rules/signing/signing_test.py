"""Images pushed with documents and signatures; a real registry has them, a real cosign verifies."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.debian_program import debian_program
from tests.registry.server import registry_server
from tools.registry.client import Client
from tools.registry.connection import connections
from tools.registry.reference import Repository
from tools.registry.transport import Options

RUNFILES = os.environ["RUNFILES_DIR"]
PLATFORM = {"x86_64": "linux/amd64", "aarch64": "linux/arm64/v8"}[platform.machine()]
PREDICATES = {
    "https://slsa.dev/provenance/v1": "slsaprovenance1",
    "https://spdx.dev/Document": "spdxjson",
    "https://cyclonedx.org/bom": "cyclonedx",
}
_INSECURE = ["--allow-insecure-registry", "--allow-http-registry"]
_OFFLINE = ["--insecure-ignore-tlog=true", *_INSECURE]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with registry_server(tmp_path_factory.mktemp("registry")) as address:
        yield address


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a directory with our key pair, another public key, and one that does not fit."""
    directory = tmp_path_factory.mktemp("keys")
    for name in ("key", "other"):
        key = ec.generate_private_key(ec.SECP256R1())
        directory.joinpath(f"{name}.pem").write_bytes(_private(key))
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        directory.joinpath(f"{name}.pub").write_bytes(public)
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    directory.joinpath("rsa.pem").write_bytes(_private(rsa_key))
    return directory


def _private(key: Any) -> bytes:
    encoded: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded


def push(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [os.path.join(RUNFILES, os.environ[name]), *arguments],
        env={"RUNFILES_DIR": RUNFILES, "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def pushed(name: str, repository: str, *arguments: str, **environment: str) -> str:
    done = push(name, "--repository", repository, *arguments, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def cosign(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*debian_program("cosign"), *arguments],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "COSIGN_PASSWORD": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def client_of(repository: str) -> Client:
    registry, _, name = repository.partition("/")
    return connections(Options())(Repository(registry, name))


def referrers(repository: str) -> list[dict[str, Any]]:
    """Return what is listed under the tag that replaces the API, which this registry lacks."""
    client = client_of(repository)
    digest = client.manifest_digest("1.0")
    index = json.loads(client.manifest(digest.replace(":", "-")).content)
    return list(index["manifests"])


def test_documents_are_referrers_of_the_image(registry: str) -> None:
    repository = f"{registry}/documents"
    pushed("PUSH_IMAGE", repository)
    client = client_of(repository)
    digest = client.manifest_digest("1.0")
    listed = {item["artifactType"]: item for item in referrers(repository)}
    assert set(listed) == {
        "application/spdx+json",
        "application/vnd.cyclonedx+json",
        "application/vnd.in-toto+json",
    }
    for kind, item in listed.items():
        manifest = json.loads(client.manifest(item["digest"]).content)
        assert manifest["subject"]["digest"] == digest
        assert manifest["artifactType"] == kind
        (layer,) = manifest["layers"]
        assert json.loads(client.blob(layer["digest"], layer["size"]))


def test_pushing_again_adds_nothing(registry: str, keys: Path) -> None:
    repository = f"{registry}/again"
    arguments = ("--sign-key", str(keys / "key.pem"))
    first = pushed("PUSH_IMAGE", repository, *arguments)
    listed, tag = referrers(repository), _signature_tag(repository)
    manifest = client_of(repository).manifest(tag).content
    second = pushed("PUSH_IMAGE", repository, *arguments)
    assert "  signed\n" in first
    assert "  was signed already\n" in second
    assert referrers(repository) == listed
    assert client_of(repository).manifest(tag).content == manifest


def _signature_tag(repository: str) -> str:
    return client_of(repository).manifest_digest("1.0").replace(":", "-") + ".sig"


@pytest.mark.parametrize("name", ["PUSH_IMAGE", "PUSH_INDEX"])
def test_cosign_verifies(registry: str, keys: Path, tmp_path: Path, name: str) -> None:
    repository = f"{registry}/{name.lower()}"
    pushed(name, repository, "--sign-key", str(keys / "key.pem"))
    digest = client_of(repository).manifest_digest("1.0")
    key = ("--key", str(keys / "key.pub"))
    done = cosign("verify", *key, *_OFFLINE, f"{repository}:1.0", home=tmp_path)
    assert done.returncode == 0, done.stderr
    (verified,) = json.loads(done.stdout)
    assert verified["critical"]["image"]["docker-manifest-digest"] == digest
    for predicate, kind in PREDICATES.items():
        done = cosign(
            "verify-attestation", *key, "--type", kind, *_OFFLINE, f"{repository}@{digest}",
            home=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        statement = json.loads(base64.b64decode(json.loads(done.stdout)["payload"]))
        assert statement["predicateType"] == predicate
        assert statement["subject"][0]["digest"] == {"sha256": digest.partition(":")[2]}


def test_cosign_refuses_another_key(registry: str, keys: Path, tmp_path: Path) -> None:
    repository = f"{registry}/other-key"
    pushed("PUSH_IMAGE", repository, "--sign-key", str(keys / "key.pem"))
    key = ("--key", str(keys / "other.pub"))
    done = cosign("verify", *key, *_OFFLINE, f"{repository}:1.0", home=tmp_path)
    assert done.returncode != 0
    done = cosign(
        "verify-attestation", *key, "--type", "spdxjson", *_OFFLINE, f"{repository}:1.0",
        home=tmp_path,
    )  # fmt: skip
    assert done.returncode != 0


def test_a_command_signs_with_a_key_that_only_it_has(registry: str, tmp_path: Path) -> None:
    done = cosign("generate-key-pair", "--output-key-prefix", str(tmp_path / "own"), home=tmp_path)
    assert done.returncode == 0, done.stderr
    command = " ".join(
        [*debian_program("cosign"), "sign-blob", "--key", str(tmp_path / "own.key"),
         "--use-signing-config=false", "--tlog-upload=false", "--new-bundle-format=false",
         "--yes", "-"]
    )  # fmt: skip
    repository = f"{registry}/command"
    environment = {"HOME": str(tmp_path), "COSIGN_PASSWORD": ""}
    pushed("PUSH_IMAGE", repository, "--sign-command", command, **environment)
    key = ("--key", str(tmp_path / "own.pub"))
    done = cosign("verify", *key, *_OFFLINE, f"{repository}:1.0", home=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--sign-key", "rsa.pem"), "not an ECDSA key on the curve P-256"),
        (("--sign-key", "key.pub"), "not a private key"),
        (("--sign-key", "nothing.pem"), "cannot read it"),
        (("--sign-command", "/nothing/here"), "cannot be started"),
        (("--sign-command", "/bin/false"), "/bin/false: "),
        (("--sign-key", "key.pem", "--sign-command", "x"), "choose one"),
    ],
)
def test_what_cannot_sign_writes_no_tag(
    registry: str, keys: Path, arguments: tuple[str, ...], problem: str
) -> None:
    repository = f"{registry}/broken"
    words = [str(keys / word) if word.endswith((".pem", ".pub")) else word for word in arguments]
    done = push("PUSH_IMAGE", "--repository", repository, *words)
    assert done.returncode == 1
    assert problem in done.stderr
    assert not client_of(repository).manifest_digest("1.0")


def provenance(variable: str) -> dict[str, Any]:
    path = Path(RUNFILES, os.environ[variable])
    value: dict[str, Any] = json.loads(path.read_text())
    return value


def test_provenance_names_what_went_in() -> None:
    statement = provenance("PROVENANCE")
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    definition = statement["predicate"]["buildDefinition"]
    assert definition["externalParameters"] == {
        "target": "//tests/rules/sbom:image",
        "platforms": [PLATFORM],
        "parameters": {"release": "1.0"},
    }
    dependencies = definition["resolvedDependencies"]
    assert dependencies[0] == {"uri": "git+https://git.example/app"}
    lock = hashlib.sha256(Path(RUNFILES, os.environ["LOCK"]).read_bytes()).hexdigest()
    assert dependencies[1] == {"name": "base/debian13.lock.json", "digest": {"sha256": lock}}
    purls = [item["uri"] for item in dependencies[2:]]
    assert any(purl.startswith("pkg:deb/debian/tzdata@") for purl in purls)
    assert any(purl.startswith("pkg:pypi/humanize@") for purl in purls)
    assert statement["predicate"]["runDetails"]["builder"]["id"] == "https://ci.example/release"


def test_a_stamped_one_names_the_revision() -> None:
    source = provenance("STAMPED")["predicate"]["buildDefinition"]["resolvedDependencies"][0]
    assert source["uri"] == "git+https://git.example/app"
    assert source["digest"]["gitCommit"]
