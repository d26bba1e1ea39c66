"""A proxy before a registry that records requests, and makes trouble on request."""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.registry.server import PASSWORD, USER

_HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-length", "authorization"})


@dataclass
class Fault:
    """Trouble for requests to come.

    Attributes:
        kind: ``drop`` (the connection breaks before the registry sees the request), ``cut`` (the
            registry sees half of the body), ``lose`` (the registry acts, its answer is lost),
            ``damage`` (a byte of the body changes on its way, in either direction), ``grow`` (one
            is added, which JSON does not mind), ``slow``
            (seconds pass), ``half`` (the answer ends in its middle), or a status such as ``429``.
        method: of the requests that meet it.
        path: what their paths match, as a regular expression.
        times: how many of them meet it.
        value: seconds of ``slow``, or of the header ``Retry-After`` of a status.
        code: of the distribution spec, in the body of a status.
    """

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    value: float = 0.0
    code: str = ""


@dataclass
class Proxy:
    """What a test sees of the proxy.

    Attributes:
        address: where it listens, ``localhost:PORT``.
        faults: trouble to come; the first that fits a request is met.
        seen: ``METHOD path`` of every request that was made, in order.
        token: demand bearer tokens, which the proxy's own service gives to ``USER``.
        tokens_given: scopes that were asked for.
        hidden: headers of answers, in lower case, that are left out.
        unmounted: how mounts are refused: with an upload (``202``), or with another status.
    """

    address: str = ""
    faults: list[Fault] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    token: bool = False
    tokens_given: list[list[str]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    unmounted: str = ""

    def count(self, pattern: str) -> int:
        """Return how many requests have matched a regular expression."""
        return sum(bool(re.search(pattern, line)) for line in self.seen)

    def meet(self, method: str, path: str) -> Fault | None:
        """Return the trouble of a request, which is then used up."""
        for fault in self.faults:
            fits = fault.method in {"", method} and re.search(fault.path, path)
            if fits and fault.times > 0:
                fault.times -= 1
                return fault
        return None


@contextmanager
def proxy_before(backend: str) -> Iterator[Proxy]:
    """Run a proxy before a registry that speaks plain http."""
    proxy = Proxy()

    class Handler(_Handler):
        shared = proxy
        target = backend

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        proxy.address = f"localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        try:
            yield proxy
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    shared: Proxy
    target: str
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def _serve(self) -> None:
        self.shared.seen.append(f"{self.command} {urllib.parse.unquote(self.path)}")
        if self.path.startswith("/token"):
            self._give_token()
            return
        length = int(self.headers.get("Content-Length", "0"))
        fault = self.shared.meet(self.command, self.path)
        if fault and fault.kind == "drop":
            self.rfile.read(length // 2)
            self._hang_up()
            return
        body = self.rfile.read(length)
        if self.shared.token and not self.headers.get("Authorization", "").startswith("Bearer "):
            self._ask_for_token()
            return
        if fault and fault.kind.isdigit():
            headers = {"Retry-After": str(int(fault.value))} if fault.value else {}
            said = json.dumps({"errors": [{"code": fault.code}]}) if fault.code else ""
            self._answer(int(fault.kind), headers, said.encode())
            return
        if self.shared.unmounted and "mount=" in self.path:
            if self.shared.unmounted != "202":
                self._answer(int(self.shared.unmounted), {}, b"")
                return
            self.path = self.path.partition("?")[0]
        if fault and fault.kind == "slow":
            time.sleep(fault.value)
        if fault and fault.kind == "damage" and body:
            body = _damaged(body)
        if fault and fault.kind == "grow":
            body += b" "
        self._pass_on(body, fault.kind if fault else "")

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _pass_on(self, body: bytes, fault: str) -> None:
        connection = http.client.HTTPConnection(self.target)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
        if not self.shared.token and "Authorization" in self.headers:
            headers["Authorization"] = self.headers["Authorization"]
        if fault == "cut":
            headers["Content-Length"] = str(len(body))
            connection.request(self.command, self.path, body[: len(body) // 2], headers)
            connection.close()
            self._hang_up()
            return
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if fault == "lose":
            self._hang_up()
            return
        if fault == "damage" and self.command == "GET":
            content = _damaged(content)
        left_out = _HOP_BY_HOP | self.shared.hidden
        kept = {k: v for k, v in answer.getheaders() if k.lower() not in left_out}
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self._answer(answer.status, kept, content, length, half=fault == "half")

    def _answer(
        self,
        status: int,
        headers: dict[str, str],
        content: bytes,
        length: str | None = None,
        *,
        half: bool = False,
    ) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if status != http.client.NO_CONTENT:
            self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if half:
            self.wfile.write(content[: len(content) // 2])
            self._hang_up()
        elif self.command != "HEAD":
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()

    def _ask_for_token(self) -> None:
        realm = f"http://{self.shared.address}/token"
        challenge = f'Bearer realm="{realm}",service="test",scope="ignored:by:us"'
        self._answer(401, {"WWW-Authenticate": challenge}, b"")

    def _give_token(self) -> None:
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            self._answer(401, {}, b"")
            return
        self.shared.tokens_given.append(query["scope"])
        self._answer(200, {"Content-Type": "application/json"}, json.dumps({"token": "t"}).encode())


def _damaged(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
