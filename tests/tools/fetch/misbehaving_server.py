"""A server of one file, which it serves as the path says: well, or in one of many wrong ways."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = bytes(range(256)) * 40


class Server(ThreadingHTTPServer):
    """Answers by the first component of the path; remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, str | None]] = []

    def url(self, behaviour: str) -> str:
        """Return where a file is served in the given way."""
        return f"http://127.0.0.1:{self.server_address[1]}/{behaviour}/a.deb"


class Handler(BaseHTTPRequestHandler):
    """Misbehaves as the path says."""

    server: Server

    def log_message(self, *_: object) -> None:
        """Stays silent."""

    def do_GET(self) -> None:
        """Serve CONTENT, more or less."""
        behaviour = self.path.split("/")[1]
        asked_before = sum(path == self.path for path, _ in self.server.requests)
        self.server.requests.append((self.path, self.headers.get("Authorization")))
        if behaviour == "redirect":
            self.send_response(302)
            self.send_header("Location", "/good/a.deb")
            self.end_headers()
        elif behaviour in _REDIRECTS:
            self.send_response(307)
            self.send_header("Location", _REDIRECTS[behaviour])
            self.end_headers()
            self.flood()
        elif behaviour.isascii() and behaviour.isdigit():
            self.send_error(int(behaviour))
        elif behaviour == "error-without-end":
            self.send_response(404)
            self.end_headers()
            self.flood()
        elif behaviour == "escape":
            self.send_response(404, "\x1b[31mred")
            self.end_headers()
        elif behaviour.startswith("dawdle"):
            heads = [b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]
            self.wfile.write(heads[int(behaviour[-1])])
            while True:
                self.wfile.write(b"2")
                time.sleep(0.02)
        elif behaviour == "odd-length":
            self.send_response(200)
            self.send_header("Content-Length", "\xb2")
            self.end_headers()
            self.wfile.write(CONTENT)
            self.close_connection = True
        elif behaviour.startswith("busy-once") and not asked_before:
            self.send_error(429)
        elif behaviour == "silent":
            self.close_connection = True
        else:
            body = {"wrong": b"x" * len(CONTENT), "long": CONTENT + b"!"}.get(behaviour, CONTENT)
            self.send_response(200)
            if behaviour != "long":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            truncated = behaviour == "truncated" or (behaviour == "cut-once" and not asked_before)
            self.wfile.write(body[:-240] if truncated else body)
            self.close_connection = True

    def flood(self) -> None:
        """Send a body until the client has had enough."""
        while True:
            self.wfile.write(bytes(1 << 20))

    def handle_one_request(self) -> None:
        """Bears with clients that have had enough."""
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True


_REDIRECTS = {
    "redirect-without-end": "/good/a.deb",
    "redirect-to-ftp": "ftp://127.0.0.1/a.deb",
    "redirect-to-file": "file:///etc/passwd",
    "redirect-with-password": "http://me:you@127.0.0.1/a.deb",
}
