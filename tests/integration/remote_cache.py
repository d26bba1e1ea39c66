"""A remote cache over HTTP that counts the bytes that it sends."""

from __future__ import annotations

import http.server
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class RemoteCache:
    """A cache: its address, and the bytes that it has sent, as ``cas`` (files) and ``ac``."""

    url: str
    sent: Counter[str]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    blobs: dict[str, bytes]
    sent: Counter[str]

    def do_GET(self) -> None:
        """Send a blob."""
        body = self.blobs.get(self.path)
        self._answer(404 if body is None else 200, body or b"")
        self.sent[self.path.split("/")[1]] += len(body or b"")

    def do_PUT(self) -> None:
        """Take a blob."""
        self.blobs[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def remote_cache() -> Iterator[RemoteCache]:
    """Provide an empty cache on this machine."""
    sent: Counter[str] = Counter()
    handler = type("Handler", (_Handler,), {"blobs": {}, "sent": sent})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield RemoteCache(f"http://127.0.0.1:{server.server_address[1]}", sent)
        server.shutdown()
