"""Registries that answer a byte at a time, without end, or not at all."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.tools.registry.tiny_image import described
from tools.errors import PlinthError
from tools.fetch import pace
from tools.registry import answer
from tools.registry.blob import Blob
from tools.registry.client import Client
from tools.registry.connection import connections
from tools.registry.reference import Repository
from tools.registry.transport import Options
from tools.registry.upload import upload

BLOB = bytes(200_000)
DIGEST = described("", BLOB)["digest"]
SLOW = (
    "(cannot be reached|sha256:[0-9a-f]*): "
    "slower than 1024 bytes a second: [0-9]+ bytes in [0-9]+ s\n  check .*"
)

Server = Callable[[socket.socket], None]


@contextmanager
def served(serve: Server) -> Iterator[str]:
    """Provide a server in which each connection is served by a function; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                serve(connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection = listening.accept()[0]
                    threading.Thread(target=run, args=[connection], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"localhost:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def answering(head: bytes, body: bytes = b"", *, slowly: bytes = b"") -> Server:
    """Serve a head and a body at once, and then some bytes for ever, one at a time."""

    def serve(connection: socket.socket) -> None:
        if connection.recv(1 << 16).startswith(b"\x16\x03"):
            return  # the question whether it speaks TLS
        connection.sendall(head + body)
        while slowly:
            connection.sendall(slowly)
            time.sleep(0.02)

    return serve


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n"


def client(address: str, timeout: tuple[float, float] = (10.0, 60.0)) -> Client:
    environment = {"DOCKER_CONFIG": "/nonexistent", "XDG_RUNTIME_DIR": "/none"}
    how = Options(attempts=2, sleep=lambda _: None, environment=environment, timeout=timeout)
    return connections(how)(Repository(address, "app"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "GRACE", 0.2)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "server",
    [
        answering(b"", slowly=b"H"),
        answering(b"HTTP/1.1 ", slowly=b"2"),
        answering(b"HTTP/1.1 200 OK\r\n", slowly=b"x"),
        answering(b"HTTP/1.1 200 OK\r\n", slowly=b"X: y\r\n"),
        answering(OK, slowly=b"x"),
        answering(b"HTTP/1.1 404 Not Found\r\n\r\n", slowly=b"x"),
        answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", slowly=b"1\r\nx\r\n"),
        answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", slowly=b"0"),
    ],
    ids=["status", "code", "header", "headers", "body", "error", "chunks", "chunk"],
)
@pytest.mark.parametrize("kind", ["document", "blob"])
def test_a_byte_at_a_time(server: Server, kind: str) -> None:
    with served(server) as address:
        started = time.monotonic()
        with pytest.raises(PlinthError, match=f"{address}: ({SLOW}|.*not understood)"):
            if kind == "document":
                client(address).manifest(DIGEST)
            else:
                client(address).blob(DIGEST, len(BLOB))
        assert time.monotonic() - started < 5


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "slowly",
    [b"100 Continue\r\nX: " + b"x" * 99 + b"\r\n\r\nHTTP/1.1 ", b"200 OK\r\n" + b"x: y\r\n" * 9],
    ids=["interim answers", "headers"],
)
def test_headers_without_end(slowly: bytes) -> None:
    """Fast enough, but there is always one more."""
    with served(answering(b"HTTP/1.1 ", slowly=slowly)) as address:
        started = time.monotonic()
        with pytest.raises(PlinthError, match="no end of its headers after 0 s"):
            client(address).manifest(DIGEST)
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("kind", ["document", "blob"])
def test_a_document_takes_no_longer_than_a_minute(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """At 5 KB a second, which will do for a layer."""
    monkeypatch.setattr(answer, "LONGEST", 0.2)
    with served(answering(OK, slowly=b"x" * 100)) as address:
        started = time.monotonic()
        with pytest.raises(PlinthError, match=r"takes more than 0\.2 s"):
            if kind == "document":
                client(address).manifest(DIGEST)
            else:
                client(address).blob(DIGEST, len(BLOB))
        assert time.monotonic() - started < 5


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "307 Away", "200 OK"])
def test_a_body_without_end(status: str) -> None:
    head = f"HTTP/1.1 {status}\r\nLocation: /\r\nWWW-Authenticate: Basic\r\n\r\n".encode()

    def flood(connection: socket.socket) -> None:
        if connection.recv(1 << 16).startswith(b"\x16\x03"):
            return
        connection.sendall(head)
        while True:
            connection.sendall(BLOB)

    problem = "loop" if status.startswith("307") else "has more than 4194304 bytes"
    with served(flood) as address:
        with pytest.raises(PlinthError, match=problem):
            client(address).manifest(DIGEST)
        problem = problem if status != "200 OK" else "more than its 200000 bytes"
        with pytest.raises(PlinthError, match=problem):
            client(address).blob(DIGEST, len(BLOB))


def test_an_upload_may_be_slow(tmp_path: Path) -> None:
    """The time limit is for a piece of what is sent, as it is for a piece of what is read."""
    sent: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        request = connection.recv(1 << 16)
        if request.startswith(b"POST"):
            connection.sendall(
                b"HTTP/1.1 202 Accepted\r\nLocation: /u\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
        elif request.startswith(b"PUT"):
            got = bytearray(request.partition(b"\r\n\r\n")[2])
            while len(got) < len(content):
                before = len(got)
                while len(got) < min(before + (1 << 20), len(content)):
                    if not (piece := connection.recv(1 << 20)):
                        return
                    got.extend(piece)
                time.sleep(0.1)
            sent.append(bytes(got))
            connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

    content = bytes(12 << 20)
    tmp_path.joinpath("blob").write_bytes(content)
    blob = Blob(described("", content)["digest"], len(content), str(tmp_path / "blob"))
    with served(serve) as address:
        started = time.monotonic()
        upload(client(address, timeout=(0.5, 5.0)), blob, progress=lambda _: None)
        assert time.monotonic() - started > 0.6, "too fast to show anything"
    assert sent == [content]


# Attempts.


def statuses(*answers: bytes) -> tuple[Server, list[bytes]]:
    """Serve one answer after the other, and keeps to the last."""
    left, seen = list(answers), list[bytes]()

    def serve(connection: socket.socket) -> None:
        request = connection.recv(1 << 16)
        if request.startswith(b"\x16\x03"):
            return
        seen.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer == b"reset":
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        else:
            connection.sendall(
                b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )

    return serve, seen


@pytest.mark.parametrize(
    "answer", [b"408 x", b"425 x", b"429 x", b"500 x", b"502 x", b"503 x", b"504 x", b"reset"]
)
def test_what_may_pass_is_tried_again(answer: bytes) -> None:
    server, seen = statuses(answer, b"200 OK")
    with served(server) as address:
        assert client(address).has_blob(DIGEST)
    assert len(seen) == 2


@pytest.mark.parametrize("status", [400, 402, 403, 405, 406, 409, 410, 411, 413, 415, 416, 451])
def test_what_does_not_pass_is_not_tried_again(status: int) -> None:
    server, seen = statuses(b"%d x" % status)
    with served(server) as address, pytest.raises(PlinthError, match=f"HEAD .*: {status} x"):
        client(address).has_blob(DIGEST)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"7", 7.0), (b"0", 0.5), (b"86400", 60.0), (b"999999999999999", 60.0), (b"-1", 0.5),
        (b"\xb2", 0.5), (b"1e9", 0.5), (b"9" * 5000, 0.5),
        (b"Fri, 27 Nov 2026 06:00:09 GMT\r\nDate: Fri, 27 Nov 2026 06:00:00 GMT", 9.0),
        (b"Fri, 27 Nov 9999 06:00:09 GMT\r\nDate: Fri, 27 Nov 2026 06:00:00 GMT", 60.0),
        (b"Fri, 27 Nov 2026 06:00:09 GMT", 0.5),
    ],
)  # fmt: skip
def test_a_registry_says_how_long_to_wait_but_no_longer_than_a_minute(
    header: bytes, seconds: float
) -> None:
    server, _ = statuses(b"503 Busy\r\nRetry-After: " + header, b"200 OK")
    waited: list[float] = []
    with served(server) as address:
        options = Options(sleep=waited.append, environment={"DOCKER_CONFIG": "/nonexistent"})
        assert connections(options)(Repository(address, "app")).has_blob(DIGEST)
    assert waited == [seconds]


def test_a_registry_that_has_gone_is_given_up_after_the_attempts(tmp_path: Path) -> None:
    """Not the attempts of an upload times those of its requests."""
    server, seen = statuses(b"503 x")
    tmp_path.joinpath("blob").write_bytes(BLOB)
    with served(server) as address, pytest.raises(PlinthError, match="503 x\n  try again later"):
        upload(
            client(address),
            Blob(DIGEST, len(BLOB), str(tmp_path / "blob")),
            progress=lambda _: None,
        )
    assert len(seen) == 2


# What an upload receives.


def upload_answers(post: bytes, patch: bytes = b"") -> Server:
    def serve(connection: socket.socket) -> None:
        request = connection.recv(1 << 16)
        if request.startswith((b"POST", b"PATCH", b"PUT")):
            headers, _, body = request.partition(b"\r\n\r\n")
            length = int(headers.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            while len(body) < length:
                body += connection.recv(1 << 16)
            answer = post if request.startswith(b"POST") else patch
            connection.sendall(
                b"HTTP/1.1 202 x\r\nContent-Length: 0\r\nConnection: close\r\n" + answer + b"\r\n"
            )

    return serve


@pytest.mark.parametrize(
    ("post", "patch", "problem"),
    [
        (b"", b"", "an upload without a Location"),
        (b"Location: http://[::1\r\n", b"", "a URL that is not http"),
        (b"Location: ftp://localhost/u\r\n", b"", "a URL that is not http"),
        (b"Location: http://localhost:99999/u\r\n", b"", "a URL that is not http"),
        (b"Location: http://me:you@localhost/u\r\n", b"", "a URL that is not http"),
        (b"Location: http://mirror.example/u\r\n", b"", "redirects to plain http"),
        (b"Location: /u\r\nOCI-Chunk-Min-Length: 9999999999\r\n", b"", "wants chunks of"),
        (b"Location: /u\r\n", b"Location: /u\r\nRange: 0-999999\r\n", 'has "0-999999", but only'),
        (b"Location: /u\r\n", b"Location: /u\r\nRange: 0-\xb2\r\n", "stays at 0 of 200000 bytes"),
        (b"Location: /u\r\n", b"Location: /u\r\nRange: 0--9\r\n", "stays at 0 of 200000 bytes"),
        (b"Location: /u\r\n", b"Location: /u\r\n", "stays at 0 of 200000 bytes"),
        (b"Location: /u\r\nOCI-Chunk-Min-Length: \xb2\r\n", b"Location: /u\r\nRange: 0-0\r\n",
         "stays at 0 of 200000 bytes"),
    ],
)  # fmt: skip
def test_answers_to_uploads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post: bytes, patch: bytes, problem: str
) -> None:
    monkeypatch.setattr("tools.registry.upload.CHUNK", 65536)
    tmp_path.joinpath("blob").write_bytes(BLOB)
    blob = Blob(DIGEST, len(BLOB), str(tmp_path / "blob"))
    sentence = rf"{{}}: .*{problem}.*\n  ask who runs the registry"
    with served(upload_answers(post, patch)) as address, pytest.raises(PlinthError) as caught:
        upload(client(address), blob, progress=lambda _: None)
    assert re.fullmatch(sentence.format(address), str(caught.value)), str(caught.value)
