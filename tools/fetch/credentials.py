"""User names and passwords of mirrors: from a URL, or from the user's netrc file."""

from __future__ import annotations

import base64
import netrc
import os
import urllib.parse
import urllib.request


def request_for(url: str) -> urllib.request.Request:
    """Make the request for a URL; its user and password, if any, move into a header."""
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(without_credentials(url))
    request.add_header("User-Agent", "plinth")
    if parts.username is not None:
        _authorize(
            request,
            urllib.parse.unquote(parts.username),
            urllib.parse.unquote(parts.password or ""),
        )
    return request


def without_credentials(url: str) -> str:
    """Return the URL without credentials, for messages."""
    parts = urllib.parse.urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


class CredentialsHandler(urllib.request.BaseHandler):
    """Adds the credentials of netrc to each request to a host, including redirected ones."""

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """Handle a request that urllib is about to send over http."""
        if not request.has_header("Authorization"):
            found = _netrc_entry(urllib.parse.urlsplit(request.full_url).hostname or "")
            if found is not None:
                _authorize(request, *found)
        return request

    https_request = http_request


def _authorize(request: urllib.request.Request, user: str, password: str) -> None:
    secret = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    # "Unredirected": a password is for this server, not for the target of its redirect.
    request.add_unredirected_header("Authorization", f"Basic {secret}")


def _netrc_entry(host: str) -> tuple[str, str] | None:
    path = os.environ.get("NETRC") or os.path.join(os.path.expanduser("~"), ".netrc")
    try:
        entry = netrc.netrc(path).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (entry[0], entry[2]) if entry and entry[2] is not None else None
