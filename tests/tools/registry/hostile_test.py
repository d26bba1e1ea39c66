"""Hostile registries: each malformed answer is one clear error, soon."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tools.errors import PlinthError
from tools.registry.connection import connections
from tools.registry.pull import describe_image
from tools.registry.reference import Repository
from tools.registry.transport import Options

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
         "digest": "sha256:" + "0" * 64, "size": 10}  # fmt: skip


class Server:
    """Answers by path: status, headers and body."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.seen: list[str] = []
        self.address = ""

    def manifest(self, document: object, media_type: str = MANIFEST) -> dict[str, Any]:
        """A manifest, served; its descriptor."""
        return self._serve("manifests", document, media_type)

    def config(self, document: object) -> dict[str, Any]:
        """A config, served; its descriptor."""
        return self._serve("blobs", document, CONFIG)

    def _serve(self, kind: str, document: object, media_type: str) -> dict[str, Any]:
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.answers[f"/v2/app/{kind}/{digest}"] = (200, {"Content-Type": media_type}, content)
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def image(self, its_config: object = None, /, **changed: object) -> dict[str, Any]:
        """An image with a config, served; its descriptor."""
        described = self.config(SOUND if its_config is None else its_config)
        document = {"schemaVersion": 2, "config": described, "layers": [LAYER], **changed}
        return self.manifest({key: value for key, value in document.items() if value is not ...})


SOUND: dict[str, Any] = {
    "architecture": "amd64", "os": "linux",
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "1" * 64]},
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    shared = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            shared.seen.append(self.path)
            status, headers, body = shared.answers.get(self.path.partition("?")[0], (404, {}, b""))
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        shared.address = f"localhost:{running.server_port}"
        threading.Thread(target=running.serve_forever, args=[0.01], daemon=True).start()
        yield shared
        running.shutdown()


def pull(server: Server, digest: str, directory: Path) -> list[dict[str, Any]]:
    options = Options(environment={"DOCKER_CONFIG": "/nonexistent", "XDG_RUNTIME_DIR": "/none"})
    client = connections(options)(Repository(server.address, "app"))
    return describe_image(client, digest, str(directory), ("amd64", "arm64"))


def refused(server: Server, digest: str, directory: Path, message: str) -> None:
    started = time.monotonic()
    with pytest.raises(PlinthError, match=message) as caught:
        pull(server, digest, directory)
    assert time.monotonic() - started < 5
    assert "\x1b" not in str(caught.value)
    assert not list(directory.iterdir())


def test_a_sound_image(server: Server, tmp_path: Path) -> None:
    assert pull(server, server.image()["digest"], tmp_path)[0]["name"] == "linux_amd64"


def anything(*values: Any) -> tuple[Any, ...]:
    """Values of several types."""
    return values


TEXTS: list[Any] = [
    1,
    None,
    [],
    {},
    "",
    "a b",
    "A/../b",
    "x\x00",
    "x\x1b[31m",
    "é",
    'x",)\ngenrule(',
    "a" * 300,
]
SIZES = ["10", -1, 1.5, True, None, [], 1 << 60, {}, 10**30]
DIGESTS = [*TEXTS, "sha256:../../x", "sha256:" + "A" * 64, "sha256:" + "0" * 63, "md5:" + "0" * 32]
BODIES = [
    b"", b"[]", b"{}", b"1", b"null", b"not JSON", b"\xff\xfe{}", b"\xef\xbb\xbf{}",
    b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' * 100 + b"1" + b"}" * 100,
    b'{"schemaVersion": 2, "schemaVersion": 2}', b'{"schemaVersion": NaN}',
    b'{"schemaVersion": ' + b"9" * 5000 + b"}", b'{"schemaVersion": "2"}',
    b'{"schemaVersion": 1}', b'{"schemaVersion": 2, "mediaType": 7}', b" " * (5 << 20),
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("media_type", [MANIFEST, INDEX])
def test_documents(server: Server, tmp_path: Path, body: bytes, media_type: str) -> None:
    digest = server.manifest(body, media_type)["digest"]
    refused(server, digest, tmp_path, "localhost:.*(JSON|deep|schemaVersion|bytes|twice|mediaType)")


@pytest.mark.parametrize("body", BODIES[:13], ids=range(13))
def test_configs(server: Server, tmp_path: Path, body: bytes) -> None:
    described = server.config(body)
    digest = server.manifest({"schemaVersion": 2, "config": described, "layers": [LAYER]})["digest"]
    refused(server, digest, tmp_path, "config: ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("architecture", value) for value in TEXTS],
        *[("os", value) for value in TEXTS],
        *[("variant", value) for value in TEXTS if value not in (None, "")],
        *[
            ("rootfs", value)
            for value in anything(None, [], 1, {}, {"diff_ids": 1}, {"diff_ids": []})
        ],
        *[("rootfs", {"diff_ids": [value]}) for value in DIGESTS],
        *[("history", value) for value in anything(1, {}, [1], "x")],
        ("config", []),
    ],
)
def test_fields_of_configs(server: Server, tmp_path: Path, field: str, value: object) -> None:
    digest = server.image({**SOUND, field: value})["digest"]
    refused(server, digest, tmp_path, "config: .*")


@pytest.mark.parametrize(
    "change",
    [
        *[{"layers": [{**LAYER, "size": value}]} for value in SIZES],
        *[{"layers": [{**LAYER, "digest": value}]} for value in DIGESTS],
        *[{"layers": [{**LAYER, "mediaType": value}]} for value in TEXTS],
        *[
            {"layers": value}
            for value in anything(None, ..., {}, 1, "x", [None], [1], [LAYER] * 2000)
        ],
        *[{"config": value} for value in anything(None, ..., [], 1, "x", {})],
        {"manifests": []},
        {"mediaType": "application/vnd.docker.distribution.manifest.v1+json"},
    ],
)
def test_fields_of_manifests(server: Server, tmp_path: Path, change: dict[str, object]) -> None:
    refused(server, server.image(None, **change)["digest"], tmp_path, "localhost:[0-9]+/app@sha256")


def index(server: Server, entries: object) -> str:
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
    return str(server.manifest(document, INDEX)["digest"])


@pytest.mark.parametrize(
    "change",
    [
        *[{"size": value} for value in [*SIZES, 11]],
        *[{"digest": value} for value in DIGESTS],
        *[{"mediaType": value} for value in TEXTS],
        *[{"platform": value} for value in (1, [1], "x", {"os": 1})],
        {"platform": {"os": "linux", "architecture": ["amd64"]}},
        {"platform": {"os": "linux", "architecture": "arm64"}},
        {"platform": {"os": "linux", "architecture": "amd64", "variant": "x\n"}},
    ],
)
def test_entries_of_indexes(server: Server, tmp_path: Path, change: dict[str, object]) -> None:
    entry = {**server.image(), **change}
    refused(server, index(server, [entry]), tmp_path, "localhost:[0-9]+/app@sha256")


@pytest.mark.parametrize(
    "change",
    [
        *[{"size": value} for value in SIZES],
        *[{"digest": value} for value in DIGESTS],
        *[{"mediaType": value} for value in TEXTS],
        *[{"platform": {"os": "linux", "architecture": value}} for value in ("x\n", "A", "")],
        {"platform": {"os": "linux", "architecture": "mips", "variant": 1, "os.version": []}},
        {"platform": {"os": "windows", "architecture": 1}},
        {"platform": {"os": "unknown", "architecture": "unknown"}},
    ],
)
def test_entries_for_other_platforms_are_not_looked_into(
    server: Server, tmp_path: Path, change: dict[str, object]
) -> None:
    other = {**server.image(), "platform": {"os": "linux", "architecture": "s390x"}, **change}
    sound = {**server.image(), "platform": {"os": "linux", "architecture": "amd64"}}
    assert [each["name"] for each in pull(server, index(server, [other, sound]), tmp_path)] == [
        "linux_amd64"
    ]
    assert server.seen.count(f"/v2/app/manifests/{sound['digest']}") == 1
    assert len(server.seen) == 3  # index, manifest, config
    (empty := tmp_path / "empty").mkdir()
    refused(server, index(server, [other]), empty, "has no image for Linux on amd64")


def test_an_entry_whose_digest_is_not_computed_is_never_believed(
    server: Server, tmp_path: Path
) -> None:
    image = server.image()
    named = f"sha512:{'0' * 128}"
    server.answers[f"/v2/app/manifests/{named}"] = server.answers[
        f"/v2/app/manifests/{image['digest']}"
    ]
    entry = {**image, "digest": named}
    refused(server, index(server, [entry]), tmp_path, f"was asked for {named}, but sent sha256:")


def test_an_index_of_thousands(server: Server, tmp_path: Path) -> None:
    image = server.image()
    entries = [{**image, "platform": {"os": "linux", "architecture": "amd64"}}] * 3000
    assert len(pull(server, index(server, entries), tmp_path)) == 1
    assert len(server.seen) < 6
    others = [
        {**image, "platform": {"os": "linux", "architecture": f"x{number}"}}
        for number in range(3000)
    ]
    server.seen.clear()
    assert len(pull(server, index(server, [*others, entries[0]]), tmp_path)) == 1
    assert len(server.seen) < 6
    many = [{**image, "digest": f"sha256:{number:064}"} for number in range(3000)]
    with pytest.raises(PlinthError, match="3000 images for Linux, but at most"):
        pull(server, index(server, many), tmp_path)


ANSWERS: list[tuple[int, dict[str, str], bytes, str]] = [
    (404, {}, b"x" * (8 << 20), "more than 4194304 bytes"),
    (404, {"Content-Encoding": "gzip"}, gzip.compress(bytes(64 << 20)), "more than 4194304"),
    (200, {"Content-Encoding": "gzip"}, b"no gzip", "damaged gzip"),
    (403, {}, b'{"errors": [{"code": "\\u001b[2J", "message": "\\u0007"}]}', "403"),
    (403, {}, b'{"errors": [1]}', "403"),
    (403, {}, b"[]", "403"),
    (404, {"Retry-After": "\xb2"}, b"", "404"),
    (302, {"Location": "http://[::1"}, b"", "not understood"),
    (302, {"Location": "gopher://x/"}, b"", "not understood"),
    (302, {"Location": "http://x:99999999/"}, b"", "not understood|reached"),
    (302, {"Location": "/v2/app/manifests/sha256:" + "a" * 64}, b"", "circles"),
    *[
        (401, {"WWW-Authenticate": f'Bearer realm="{realm}"'}, b"", "token service")
        for realm in ("http://[::1", "", "file:///etc/passwd", "http://mirror.example/t", "x",
                      "http://u:p@localhost/t", "http://localhost:0x1/t")
    ],
    (401, {"WWW-Authenticate": "Dance"}, b"", "dance"),
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_answers(
    server: Server, tmp_path: Path, answer: tuple[int, dict[str, str], bytes, str]
) -> None:
    digest = "sha256:" + "a" * 64
    server.answers[f"/v2/app/manifests/{digest}"] = answer[:3]
    refused(server, digest, tmp_path, answer[3])


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b"", b'{"token": 1}', b'{"token": "a\\nb"}', b"[" * 99999]
)
def test_tokens(server: Server, tmp_path: Path, body: bytes) -> None:
    digest = "sha256:" + "a" * 64
    challenge = {"WWW-Authenticate": f'Bearer realm="http://{server.address}/token"'}
    server.answers[f"/v2/app/manifests/{digest}"] = (401, challenge, b"")
    server.answers["/token"] = (200, {}, body)
    refused(server, digest, tmp_path, "gives no token")


def test_the_token_service_redirects_nobody(server: Server, tmp_path: Path) -> None:
    digest = "sha256:" + "a" * 64
    challenge = {"WWW-Authenticate": f'Bearer realm="http://{server.address}/token"'}
    server.answers[f"/v2/app/manifests/{digest}"] = (401, challenge, b"")
    server.answers["/token"] = (307, {"Location": "/stolen"}, b"")
    refused(server, digest, tmp_path, "/token: 307")
    assert not any("stolen" in path for path in server.seen)
