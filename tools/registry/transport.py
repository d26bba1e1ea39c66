"""Requests to one registry: over TLS, authorized, and repeated when trouble may pass."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from tools.registry.answer import bounded
from tools.registry.auth import Challenge, Credentials, find_credentials, parse_challenge
from tools.registry.errors import RegistryError
from tools.registry.reference import is_loopback

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = 60.0
_SECONDS = re.compile(r"[0-9]{1,9}")
_TOKEN = re.compile(r"[!-~]{1,65536}")
"""Tokens go into a header: printable ASCII without spaces."""
_WORTH_A_WORD = 2.0
_PROBE = (5.0, 5.0)
_CA_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")

_TROUBLE = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""What a later attempt may not meet again."""


@dataclass(frozen=True)
class Options:
    """How to reach registries.

    Attributes:
        insecure: speak plain http to a registry that has no TLS, wherever it is.
        ca_file: PEM file of the authorities to trust, instead of the machine's.
        attempts: how often a request is made before trouble is reported.
        timeout: seconds to connect, and seconds of silence, after which a server counts as gone.
        sleep: waits for seconds; replaced in tests.
        notice: told, for a person who waits, why it takes longer.
        environment: see ``find_credentials``; also ``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``.
    """

    insecure: bool = False
    ca_file: str = ""
    attempts: int = 6
    timeout: tuple[float, float] = (10.0, 60.0)
    sleep: Callable[[float], object] = time.sleep
    notice: Callable[[str], object] = lambda _: None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Transport:
    """The way to one registry. Thread safe."""

    def __init__(self, registry: str, options: Options, *, connections: int = 8) -> None:
        """Connect to nothing yet.

        Args:
            registry: host and perhaps port.
            options: how to reach it.
            connections: how many are kept open.
        """
        self.registry = registry
        self.options = options
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=connections))
        self._lock = threading.Lock()
        self._base = ""
        self._challenge: Challenge | None = None
        self._authorizations: dict[str, str] = {}

    def request(  # noqa: PLR0913 - an HTTP request has these parts
        self,
        method: str,
        path: str,
        *,
        scope: str,
        expected: Collection[int],
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        stream: bool = False,
        attempts: int = 0,
    ) -> requests.Response:
        """Make a request and return the answer, whose status is one of ``expected``.

        Args:
            method: of HTTP.
            path: path and query, or a whole URL that this registry gave us.
            scope: what a token must allow: ``repository:NAME:pull,push``.
            expected: statuses that are answers; any other is an error.
            headers: more headers.
            body: what to send.
            stream: leave the answer's body to be read by the caller.
            attempts: how often to try; as the options say if not given.

        Raises:
            RegistryError: another status, or no answer.
        """
        attempts = attempts or self.options.attempts
        wanted = _Request(method, path, scope, dict(headers or {}), body, stream)
        for attempt in range(1, attempts + 1):
            try:
                answer = self._authorized(wanted)
            except _TROUBLE as error:
                unreachable = self._unreachable(error)
                final = isinstance(error, requests.exceptions.SSLError) or _is_unknown(error)
                if attempt == attempts or final:
                    raise unreachable from error
                self.pause(attempt, unreachable)
                continue
            except (requests.RequestException, ValueError) as error:
                # Addresses and encodings that nobody understands will not get better.
                raise RegistryError(
                    self.registry, f"{method}: its answer is not understood: {_innermost(error)}"
                ) from error
            if answer.status_code in expected:
                return answer
            with contextlib.closing(answer):
                refusal = self._refusal(method, path, answer)
                if answer.status_code not in _PASSING or attempt == attempts:
                    raise refusal
                self.pause(attempt, refusal)
        raise AssertionError("unreachable")

    def pause(self, attempt: int, trouble: RegistryError) -> None:
        """Wait after the failed attempt of a number, ever longer, or as the registry asks for."""
        seconds = min(max(0.5 * 2 ** (attempt - 1), trouble.retry_after), _LONGEST_WAIT)
        if seconds >= _WORTH_A_WORD:
            self.options.notice(f"{trouble}\n  trying again in {seconds:g} s")
        self.options.sleep(seconds)

    def absolute(self, path: str) -> str:
        """The URL of a path; a URL stays what it is."""
        return urllib.parse.urljoin(self._base_url() + "/", path)

    def _authorized(self, wanted: _Request) -> requests.Response:
        url = self.absolute(wanted.path)
        sent = self._authorization(wanted.scope)
        answer = self._send(wanted, url, sent)
        if answer.status_code != requests.codes.unauthorized:
            return answer
        challenge = parse_challenge(answer.headers.get("WWW-Authenticate", ""))
        answer.close()
        # Whom the registry has sent us to is not to say where our password goes.
        if urllib.parse.urlsplit(answer.url)[:2] != urllib.parse.urlsplit(self._base)[:2]:
            return answer
        fresh = self._answer(challenge, wanted.scope, sent)
        return self._send(wanted, url, fresh) if fresh else answer

    def _send(self, wanted: _Request, url: str, authorization: str) -> requests.Response:
        """Send one request, and follow where a registry keeps its blobs elsewhere."""
        for _ in range(5):
            # A password is for this registry, not for where it sends us.
            own = urllib.parse.urlsplit(url)[:2] == urllib.parse.urlsplit(self._base)[:2]
            answer = self._session.request(
                wanted.method,
                url,
                headers={"User-Agent": "plinth", **wanted.headers},
                data=wanted.body,
                stream=True,
                allow_redirects=False,
                auth=_Authorization(authorization if own else ""),
                timeout=self.options.timeout,
                verify=self._authorities(urllib.parse.urlsplit(url).netloc),
            )
            if answer.status_code not in _REDIRECTS or "Location" not in answer.headers:
                return answer if wanted.stream else bounded(answer, self.registry)
            answer.close()
            target = urllib.parse.urljoin(url, answer.headers["Location"])
            if url.startswith("https:") and not target.startswith("https:"):
                raise RegistryError(self.registry, f"sends us from https to {target}")
            url = target
        raise RegistryError(self.registry, f"sends us around in circles: {url}")

    def _base_url(self) -> str:
        """``https://HOST``, or ``http://HOST`` where that is allowed and there is no TLS."""
        with self._lock:
            if self._base:
                return self._base
            secure = f"https://{self.registry}"
            if self.options.insecure or is_loopback(self.registry):
                self._base = secure if self._speaks_tls(secure) else f"http://{self.registry}"
            else:
                self._base = secure
            return self._base

    def _speaks_tls(self, url: str) -> bool:
        try:
            self._session.get(
                f"{url}/v2/",
                # A server without TLS may wait for the end of what is no line of http to it.
                timeout=min(self.options.timeout, _PROBE),
                verify=self._authorities(self.registry),
                allow_redirects=False,
                auth=_Authorization(""),
            ).close()
        except requests.exceptions.SSLError as error:
            # A certificate that nobody vouches for is TLS all the same.
            return _is_distrust(error)
        except _TROUBLE:
            return False
        return True

    def _authorities(self, host: str) -> str:
        """The PEM file to verify a host with.

        It is given for each request, because ``requests`` lets its variables override a session's.
        """
        environment = self.options.environment
        candidates = [
            self.options.ca_file,
            # Where docker and podman look as well.
            f"/etc/docker/certs.d/{host}/ca.crt",
            f"/etc/containers/certs.d/{host}/ca.crt",
            environment.get("REQUESTS_CA_BUNDLE", ""),
            environment.get("SSL_CERT_FILE", ""),
            *_CA_BUNDLES,
        ]
        if self.options.ca_file and not os.path.isfile(self.options.ca_file):
            raise RegistryError(self.registry, f"there is no CA file {self.options.ca_file}")
        return next((path for path in candidates if path and os.path.isfile(path)), certifi.where())

    def _authorization(self, scope: str) -> str:
        with self._lock:
            return self._authorizations.get(scope, self._authorizations.get("", ""))

    def _answer(self, challenge: Challenge, scope: str, refused: str) -> str:
        """The ``Authorization`` that a challenge asks for; empty if we have already shown ours."""
        with self._lock:
            current = self._authorizations.get(scope, self._authorizations.get("", ""))
            if current and current != refused:
                return current  # another thread has just fetched it
            _, _, name_and_actions = scope.partition(":")
            name = name_and_actions.partition(":")[0]
            credentials = find_credentials(self.registry, name, self.options.environment)
            if challenge.scheme == "basic":
                fresh = credentials.basic() if credentials and credentials.user else ""
                self._authorizations[""] = fresh
                return "" if fresh == refused else fresh
            if challenge.scheme == "bearer":
                token = self._token(challenge, scope, credentials)
                self._authorizations[scope] = f"Bearer {token}"
                return self._authorizations[scope]
        raise RegistryError(
            self.registry, f"asks for authentication by {challenge.scheme!r}, which nobody knows"
        )

    def _token(self, challenge: Challenge, scope: str, credentials: Credentials | None) -> str:
        """Ask a token service (distribution's "Token Authentication Specification")."""
        realm = challenge.parameters.get("realm", "")
        self._check_realm(realm)
        parameters: dict[str, Any] = {"scope": scope}
        if "service" in challenge.parameters:
            parameters["service"] = challenge.parameters["service"]
        verify = self._authorities(urllib.parse.urlsplit(realm).netloc)
        ask: dict[str, Any] = {
            "timeout": self.options.timeout,
            "verify": verify,
            # What a token is asked for with is for the service that the registry has named.
            "allow_redirects": False,
            "stream": True,
        }
        if credentials and credentials.identity_token:
            grant = {"grant_type": "refresh_token", "refresh_token": credentials.identity_token}
            answer = self._session.post(
                realm,
                data={**parameters, **grant, "client_id": "plinth"},
                auth=_Authorization(""),
                **ask,
            )
        else:
            basic = credentials.basic() if credentials else ""
            parameters["scope"] = scope.split(" ")
            answer = self._session.get(realm, params=parameters, auth=_Authorization(basic), **ask)
        with contextlib.closing(bounded(answer, self.registry)):
            if answer.status_code != requests.codes.ok:
                raise self._refusal("GET", realm, answer)
            try:
                document = answer.json()
                token = document.get("token") or document.get("access_token")
            except (ValueError, AttributeError, RecursionError):
                token = None
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise RegistryError(self.registry, "its token service gives no token")
        return token

    def _check_realm(self, realm: str) -> None:
        """Refuse a token service that somebody on the way could be."""
        try:
            parts = urllib.parse.urlsplit(realm)
            port_is_sane = parts.port is None or parts.port > 0
        except ValueError:
            parts, port_is_sane = urllib.parse.urlsplit(""), False
        if not parts.hostname or not port_is_sane or "@" in parts.netloc:
            raise RegistryError(self.registry, f"names no token service: {realm!r}")
        plain = self._base.startswith("http:") and (
            self.options.insecure or is_loopback(parts.netloc)
        )
        if parts.scheme != "https" and not (parts.scheme == "http" and plain):
            raise RegistryError(self.registry, f"its token service is not on https: {realm!r}")

    def _refusal(self, method: str, path: str, answer: requests.Response) -> RegistryError:
        shown = urllib.parse.urlsplit(path).path
        remedy = {
            401: f"log in first: docker login {self.registry}",
            403: "the account that you are logged in with may not do this",
        }.get(answer.status_code, "")
        problem = f"{method} {shown}: {answer.status_code} {answer.reason}{_errors(answer)}"
        after = answer.headers.get("Retry-After", "")
        return RegistryError(
            self.registry,
            problem,
            remedy,
            status=answer.status_code,
            retry_after=float(after) if _SECONDS.fullmatch(after) else 0.0,
        )

    def _unreachable(self, error: Exception) -> RegistryError:
        if _is_distrust(error):
            return RegistryError(
                self.registry,
                f"its TLS certificate is not trusted here: {_innermost(error)}",
                "name the authority's PEM file: --ca-file FILE, or SSL_CERT_FILE",
            )
        if isinstance(error, requests.exceptions.SSLError):
            return RegistryError(
                self.registry,
                f"does not speak TLS: {_innermost(error)}",
                "if plain http is what you want, say --insecure",
            )
        return RegistryError(self.registry, f"cannot be reached: {_innermost(error)}")


@dataclass(frozen=True, slots=True)
class _Request:
    """What ``Transport.request`` was asked for."""

    method: str
    path: str
    scope: str
    headers: dict[str, str]
    body: bytes | None
    stream: bool


class _Authorization(AuthBase):
    """Sets our header, or none; without it ``requests`` would take what it finds in netrc."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


def _is_distrust(error: Exception) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _is_unknown(error: Exception) -> bool:
    """Whether nobody knows a host of that name; that nobody answers is another thing."""
    return any(
        isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
        for cause in _causes(error)
    )


def _innermost(error: BaseException) -> str:
    """What happened, without the layers of libraries that it went through."""
    for cause in _causes(error):
        error = cause
    return str(error.args[-1] if error.args else error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = 0
    current: BaseException | None = error
    while current is not None and seen < 10:
        yield current
        seen += 1
        reason = getattr(current, "reason", None)
        inner = next((item for item in current.args if isinstance(item, BaseException)), None)
        current = reason if isinstance(reason, BaseException) else inner or current.__cause__


def _errors(answer: requests.Response) -> str:
    """What the body of an error says: distribution spec, "Error Codes"."""
    try:
        errors = answer.json()["errors"]
        lines = [f"{item['code']}: {item.get('message', '')}" for item in errors[:10]]
        return "".join("\n    " + " ".join(line[:500].split()) for line in lines)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
