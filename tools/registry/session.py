"""The HTTP session with a registry: its connections, its trust, its headers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import certifi
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from tools.fetch.pace import PacedResponse

_CA_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def new_session(connections: int) -> requests.Session:
    """Return a session that keeps so many connections open."""
    session = _Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _PacedAdapter(pool_maxsize=connections))
    return session


def authorities(host: str, ca_file: str, environment: Mapping[str, str]) -> str:
    """Return the PEM file to verify a host with.

    It is given for each request, because ``requests`` lets its variables override a session's.
    """
    candidates = [
        ca_file,
        # The directory that docker and podman also use.
        f"/etc/docker/certs.d/{host}/ca.crt",
        f"/etc/containers/certs.d/{host}/ca.crt",
        environment.get("REQUESTS_CA_BUNDLE", ""),
        environment.get("SSL_CERT_FILE", ""),
        *_CA_BUNDLES,
    ]
    return next((path for path in candidates if path and os.path.isfile(path)), certifi.where())


class Authorization(AuthBase):
    """Sets our header, or none; otherwise ``requests`` would use netrc."""

    def __init__(self, value: str) -> None:
        """``value`` of the header; empty for none."""
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Handle a redirect, for ``requests``."""
        if self._value:
            request.headers["Authorization"] = self._value
        return request


class _Session(requests.Session):
    """Follows no redirects: ``requests`` would read the bodies of all of them to the end."""

    def get_redirect_target(self, _response: requests.Response) -> None:
        return None


class _PlainConnection(urllib3.connection.HTTPConnection):
    response_class = PacedResponse


class _TlsConnection(urllib3.connection.HTTPSConnection):
    response_class = PacedResponse


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _PlainPool, "https": _TlsPool}


class _PacedAdapter(HTTPAdapter):
    """An adapter whose answers must arrive at a least speed, also through a proxy."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> urllib3.ProxyManager:
        manager: urllib3.ProxyManager = super().proxy_manager_for(*arguments, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager
