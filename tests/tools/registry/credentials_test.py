"""Passwords and tokens go to the registry and to the token service that it names, nowhere else."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.tools.registry.tiny_image import described
from tools.errors import PlinthError
from tools.registry.blob import Blob
from tools.registry.client import Client
from tools.registry.connection import connections
from tools.registry.reference import Repository
from tools.registry.transport import Options
from tools.registry.upload import upload

BLOB = b"a blob"
DIGEST = described("", BLOB)["digest"]
BASIC = "Basic " + base64.b64encode(b"me:secret").decode()


@dataclass
class Host:
    """A server that writes down who shows it what.

    Attributes:
        address: ``localhost:PORT``.
        answer: gives status, headers and body for a request's method and path.
        shown: method, path, ``Authorization`` and body of each request.
    """

    address: str = ""
    answer: Callable[[str, str, str], tuple[int, dict[str, str], bytes]] = lambda *_: (404, {}, b"")
    shown: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def secrets(self) -> list[str]:
        """Secrets that it received and that belong to another registry."""
        return [f"{authorization} {body}".strip() for _, _, authorization, body in self.shown]


@contextmanager
def host() -> Iterator[Host]:
    shared = Host()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            authorization = self.headers.get("Authorization", "")
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            shared.shown.append((self.command, self.path, authorization, body))
            status, headers, content = shared.answer(self.command, self.path, authorization)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_PATCH = do_GET  # noqa: N815

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        shared.address = f"localhost:{running.server_port}"
        threading.Thread(target=running.serve_forever, args=[0.01], daemon=True).start()
        yield shared
        running.shutdown()


@pytest.fixture
def registry() -> Iterator[Host]:
    with host() as running:
        yield running


@pytest.fixture
def elsewhere() -> Iterator[Host]:
    with host() as running:
        yield running


def client(registry: Host, home: Path, **entry: str) -> Client:
    """Return a client with a login."""
    stored = entry or {"auth": BASIC.removeprefix("Basic ")}
    home.joinpath("config.json").write_text(json.dumps({"auths": {registry.address: stored}}))
    environment = {"DOCKER_CONFIG": str(home), "XDG_RUNTIME_DIR": "/none"}
    options = Options(attempts=2, sleep=lambda _: None, environment=environment)
    return connections(options)(Repository(registry.address, "app"))


def asks_for_password(_method: str, _path: str, shown: str) -> tuple[int, dict[str, str], bytes]:
    if not shown:
        return 401, {"WWW-Authenticate": 'Basic realm="x"'}, b""
    return 200, {}, BLOB


def test_a_redirect_elsewhere_takes_no_password(
    registry: Host, elsewhere: Host, tmp_path: Path
) -> None:
    def sends_away(*request: str) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = asks_for_password(*request)
        if status == 200:
            return 307, {"Location": f"http://{elsewhere.address}/blob"}, b""
        return status, headers, body

    registry.answer = sends_away
    elsewhere.answer = lambda *_: (200, {}, BLOB)
    assert client(registry, tmp_path).blob(DIGEST, len(BLOB)) == BLOB
    assert registry.secrets == ["", BASIC]
    assert elsewhere.secrets == [""]


def test_nobody_elsewhere_is_given_a_password_when_asking_for_it(
    registry: Host, elsewhere: Host, tmp_path: Path
) -> None:
    registry.answer = lambda *_: (307, {"Location": f"http://{elsewhere.address}/blob"}, b"")
    elsewhere.answer = asks_for_password
    with pytest.raises(PlinthError, match="401 Unauthorized"):
        client(registry, tmp_path).blob(DIGEST, len(BLOB))
    assert set(elsewhere.secrets) == {""}


def test_nobody_elsewhere_says_where_a_token_is_asked_for(
    registry: Host, elsewhere: Host, tmp_path: Path
) -> None:
    realm = f'Bearer realm="http://{elsewhere.address}/token"'
    registry.answer = lambda *_: (307, {"Location": f"http://{elsewhere.address}/blob"}, b"")
    elsewhere.answer = lambda *_: (401, {"WWW-Authenticate": realm}, b"")
    for entry in ({}, {"identitytoken": "refresh"}):
        with pytest.raises(PlinthError, match="401 Unauthorized"):
            client(registry, tmp_path, **entry).blob(DIGEST, len(BLOB))
    assert set(elsewhere.secrets) == {""}
    assert not any("token" in path for _, path, _, _ in elsewhere.shown)


@pytest.mark.parametrize("entry", [{}, {"identitytoken": "refresh"}], ids=["GET", "POST"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_token_service_sends_nobody_elsewhere(
    registry: Host, elsewhere: Host, tmp_path: Path, status: int, entry: dict[str, str]
) -> None:
    challenge = {"WWW-Authenticate": f'Bearer realm="http://{registry.address}/token"'}

    def answer(_method: str, path: str, _shown: str) -> tuple[int, dict[str, str], bytes]:
        if path.startswith("/token"):
            return status, {"Location": f"http://{elsewhere.address}/token"}, b""
        return 401, challenge, b""

    registry.answer = answer
    with pytest.raises(PlinthError, match=f"/token: {status} "):
        client(registry, tmp_path, **entry).blob(DIGEST, len(BLOB))
    assert elsewhere.shown == []


@pytest.mark.parametrize("entry", [{}, {"identitytoken": "refresh"}], ids=["GET", "POST"])
def test_a_token_service_of_the_registrys_choosing_is_asked(
    registry: Host, elsewhere: Host, tmp_path: Path, entry: dict[str, str]
) -> None:
    challenge = {"WWW-Authenticate": f'Bearer realm="http://{elsewhere.address}/token"'}

    def answer(_method: str, _path: str, shown: str) -> tuple[int, dict[str, str], bytes]:
        return (200, {}, BLOB) if shown == "Bearer t" else (401, challenge, b"")

    registry.answer = answer
    elsewhere.answer = lambda *_: (200, {}, b'{"token": "t"}')
    assert client(registry, tmp_path, **entry).blob(DIGEST, len(BLOB)) == BLOB
    (asked,) = elsewhere.secrets
    assert ("refresh_token=refresh" in asked) if entry else (asked == BASIC)
    assert registry.secrets == ["", "Bearer t"]


@pytest.mark.parametrize("entry", [{}, {"identitytoken": "refresh"}], ids=["GET", "POST"])
def test_a_token_service_is_asked_over_tls(
    registry: Host, tmp_path: Path, entry: dict[str, str]
) -> None:
    # The registry itself is on this machine; its token service would not be.
    challenge = {"WWW-Authenticate": 'Bearer realm="http://token.example/token"'}
    registry.answer = lambda *_: (401, challenge, b"")
    with pytest.raises(PlinthError, match="its token service is not on https"):
        client(registry, tmp_path, **entry).blob(DIGEST, len(BLOB))


def test_an_upload_elsewhere_takes_no_password(
    registry: Host, elsewhere: Host, tmp_path: Path
) -> None:
    def answer(method: str, _path: str, shown: str) -> tuple[int, dict[str, str], bytes]:
        if not shown:
            return 401, {"WWW-Authenticate": 'Basic realm="x"'}, b""
        assert method == "POST"
        return 202, {"Location": f"http://{elsewhere.address}/upload"}, b""

    registry.answer = answer
    elsewhere.answer = lambda *_: (201, {}, b"")
    tmp_path.joinpath("blob").write_bytes(BLOB)
    blob = Blob(DIGEST, len(BLOB), str(tmp_path / "blob"))
    upload(client(registry, tmp_path), blob, progress=lambda _: None)
    assert elsewhere.secrets == [BLOB.decode()]
