"""Asks the token service of a registry for a token.

distribution's "Token Authentication Specification".
"""

from __future__ import annotations

import contextlib
import re
import urllib.parse
from collections.abc import Callable
from typing import Any

import requests

from tools.grammar.fields import shown
from tools.registry.answer import bounded
from tools.registry.auth import Challenge, Credentials
from tools.registry.errors import malformed
from tools.registry.session import Authorization
from tools.registry.trouble import refusal

_TOKEN = re.compile(r"[!-~]{1,65536}")
"""Tokens go into a header: printable ASCII without spaces."""


def check_realm(registry: str, realm: str, *, may_be_plain: Callable[[str], bool]) -> str:
    """Check that no one on the way can impersonate the host of a token service.

    Args:
        registry: who names it.
        realm: its URL.
        may_be_plain: whether plain http is accepted for a host.

    Raises:
        RegistryError: it is no URL of a token service, or is not on https.
    """
    try:
        parts = urllib.parse.urlsplit(realm)
        is_sane = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_sane = False
    if not is_sane or "@" in parts.netloc:
        raise malformed(registry, f"names no token service: {shown(realm)}")
    if parts.scheme != "https" and not (parts.scheme == "http" and may_be_plain(parts.netloc)):
        raise malformed(registry, f"its token service is not on https: {shown(realm)}")
    return parts.netloc


def fetch_token(
    registry: str,
    session: requests.Session,
    challenge: Challenge,
    scope: str,
    credentials: Credentials | None,
    **how: Any,
) -> str:
    """Return a token for a scope.

    Args:
        registry: whose token it is.
        session: how to ask.
        challenge: what the registry has answered; its realm is checked already.
        scope: what the token should allow.
        credentials: who asks.
        **how: ``timeout`` and ``verify``, as ``requests`` takes them.

    Raises:
        RegistryError: the service gives none.
    """
    realm = challenge.parameters["realm"]
    parameters: dict[str, Any] = {"scope": scope}
    if "service" in challenge.parameters:
        parameters["service"] = challenge.parameters["service"]
    # The credentials are only for the service that the registry has named, so no redirect is
    # followed.
    how = {**how, "allow_redirects": False, "stream": True}
    if credentials and credentials.identity_token:
        method = "POST"
        grant = {"grant_type": "refresh_token", "refresh_token": credentials.identity_token}
        form = {**parameters, **grant, "client_id": "plinth"}
        answer = session.post(realm, data=form, auth=Authorization(""), **how)
    else:
        method = "GET"
        basic = credentials.basic() if credentials else ""
        parameters["scope"] = scope.split(" ")
        answer = session.get(realm, params=parameters, auth=Authorization(basic), **how)
    with contextlib.closing(bounded(answer, registry, f"{method} {shown(realm)}")):
        if answer.status_code != requests.codes.ok:
            raise refusal(registry, method, realm, answer)
        try:
            document = answer.json()
            token = document.get("token") or document.get("access_token")
        except (ValueError, AttributeError, RecursionError):
            token = None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise malformed(registry, f"its token service gives no token: {shown(realm)}")
    return token
