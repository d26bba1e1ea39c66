"""The HTTP service: ``/`` for people, ``/status.json`` for programs, ``/health`` for probes."""

from __future__ import annotations

import html
import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from status_page.status import measure

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Status</title>
<style>
body {{ font: 16px/1.5 system-ui; margin: 3em auto; max-width: 32em }}
th {{ text-align: left; padding-right: 2em }}
</style>
<h1>Status</h1><table>{rows}</table></html>
"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            self._answer("text/plain", "ok\n")
        elif self.path == "/status.json":
            self._answer("application/json", json.dumps(measure().as_dict()) + "\n")
        elif self.path == "/":
            rows = "".join(
                f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
                for name, value in measure().as_dict().items()
            )
            self._answer("text/html", _PAGE.format(rows=rows))
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def make_server(port: int) -> ThreadingHTTPServer:
    """Make a server that is bound to ``port`` (0 for any) and not yet serving."""
    return ThreadingHTTPServer(("", port), _Handler)
