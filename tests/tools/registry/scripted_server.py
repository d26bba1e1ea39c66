"""A registry that answers each path with what a test has written down for it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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
        """Return a manifest, served; its descriptor."""
        return self._serve("manifests", document, media_type)

    def config(self, document: object) -> dict[str, Any]:
        """Return a config, served; its descriptor."""
        return self._serve("blobs", document, CONFIG)

    def _serve(self, kind: str, document: object, media_type: str) -> dict[str, Any]:
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.answers[f"/v2/app/{kind}/{digest}"] = (200, {"Content-Type": media_type}, content)
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def image(self, its_config: object = None, /, **changed: object) -> dict[str, Any]:
        """Return an image with a config, served; its descriptor."""
        described = self.config(SOUND if its_config is None else its_config)
        document = {"schemaVersion": 2, "config": described, "layers": [LAYER], **changed}
        return self.manifest({key: value for key, value in document.items() if value is not ...})


SOUND: dict[str, Any] = {
    "architecture": "amd64", "os": "linux",
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "1" * 64]},
}  # fmt: skip


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server."""
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
