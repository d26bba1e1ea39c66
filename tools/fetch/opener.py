"""Opens URLs with ``urllib``, with a least speed and no redirects to a less safe URL."""

from __future__ import annotations

import http.client
import io
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tools.fetch.credentials import CredentialsHandler
from tools.fetch.pace import PacedResponse


def new_opener() -> urllib.request.OpenerDirector:
    """Return an opener of http, https and file URLs, with proxies of the environment."""
    return urllib.request.build_opener(
        CredentialsHandler(), _PlainHandler(), _TlsHandler(), _RedirectHandler()
    )


class _PlainConnection(http.client.HTTPConnection):
    response_class = PacedResponse


class _TlsConnection(http.client.HTTPSConnection):
    response_class = PacedResponse


class _PlainHandler(urllib.request.HTTPHandler):
    def do_open(
        self,
        http_class: Any,  # noqa: ARG002 - urllib's choice
        req: urllib.request.Request,
        **http_conn_args: Any,
    ) -> http.client.HTTPResponse:
        return super().do_open(_PlainConnection, req, **http_conn_args)


class _TlsHandler(urllib.request.HTTPSHandler):
    def do_open(
        self,
        http_class: Any,  # noqa: ARG002 - urllib's choice
        req: urllib.request.Request,
        **http_conn_args: Any,
    ) -> http.client.HTTPResponse:
        return super().do_open(_TlsConnection, req, **http_conn_args)


class _RedirectHandler(urllib.request.HTTPRedirectHandler):
    def http_error_302(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any
    ) -> Any:
        # urllib would read its body to the end, however long it is.
        fp.close()
        return super().http_error_302(req, io.BytesIO(), code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(  # noqa: PLR0913, PLR0917 - as urllib calls it
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        target = urllib.parse.urlsplit(newurl)
        if target.scheme not in {"http", "https"} or not target.hostname or "@" in target.netloc:
            raise urllib.error.URLError("redirects to a URL that is not http")
        if target.scheme == "http" and req.type == "https":
            raise urllib.error.URLError("redirects from https to plain http")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
