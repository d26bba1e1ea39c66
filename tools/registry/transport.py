"""Sends requests to one registry: over TLS, authorized, and repeated after temporary failures."""

from __future__ import annotations

import io
import os
import threading
import time
import urllib.parse
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import requests

from tools.grammar.fields import shown
from tools.registry.answer import bounded
from tools.registry.auth import Challenge, find_credentials, parse_challenge
from tools.registry.errors import RegistryError, malformed
from tools.registry.reference import is_loopback
from tools.registry.session import Authorization, authorities, new_session
from tools.registry.tokens import check_realm, fetch_token
from tools.registry.trouble import PASSING, innermost, is_distrust, may_pass, refusal, unreachable

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD = frozenset({307, 308})
_LONGEST_WAIT = 60.0
_WORTH_A_WORD = 2.0
_PROBE = (5.0, 5.0)


@dataclass(frozen=True)
class Options:
    """How to reach registries.

    Attributes:
        insecure: speak plain http to a registry that has no TLS, wherever it is.
        ca_file: PEM file of the authorities to trust, instead of the machine's.
        connections: how many are kept open.
        attempts: how often a request is made before its failure is reported.
        timeout: seconds to connect, and seconds of silence, after which a server counts as gone.
        sleep: waits for seconds; replaced in tests.
        notice: receives the reason for a delay, for a person who waits.
        environment: see ``find_credentials``; also ``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``.
    """

    insecure: bool = False
    ca_file: str = ""
    connections: int = 8
    attempts: int = 6
    timeout: tuple[float, float] = (10.0, 60.0)
    sleep: Callable[[float], object] = time.sleep
    notice: Callable[[str], object] = lambda _: None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Transport:
    """A connection pool to one registry. Thread safe."""

    def __init__(self, registry: str, options: Options) -> None:
        """Connect to nothing yet.

        Args:
            registry: host and perhaps port.
            options: how to reach it.
        """
        self.registry = registry
        self.options = options
        self._session = new_session(options.connections)
        self._lock = threading.Lock()
        self._base = ""
        self._authorizations: dict[str, str] = {}
        self._turns: dict[str, threading.Lock] = {}

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
        wanted = _Request(method, path, scope, dict(headers or {}), body, stream, expected)
        for attempt in range(1, attempts + 1):
            try:
                answer = self._authorized(wanted)
                if answer.status_code in expected:
                    return answer
                answer.close()
                trouble = refusal(self.registry, method, path, answer)
            except RegistryError as error:
                trouble = error
            except PASSING as error:
                trouble = unreachable(self.registry, error)
                trouble.__cause__ = error
            except (requests.RequestException, ValueError) as error:
                # Malformed addresses and encodings will not get better.
                problem = f"{_what(method, path)}: its answer is malformed: {innermost(error)}"
                raise malformed(self.registry, problem) from error
            if not may_pass(trouble):
                raise trouble
            if attempt == attempts:
                # Several attempts have been made, as asked.
                trouble.final = attempts > 1
                raise trouble
            self.pause(attempt, trouble)
        raise AssertionError("unreachable")

    def pause(self, attempt: int, trouble: RegistryError) -> None:
        """Wait after the nth failed attempt, longer each time, or as the registry asks."""
        seconds = min(max(0.5 * 2 ** (attempt - 1), trouble.retry_after), _LONGEST_WAIT)
        if seconds >= _WORTH_A_WORD:
            self.options.notice(f"{trouble}\n  trying again in {seconds:g} s")
        self.options.sleep(seconds)

    def absolute(self, path: str) -> str:
        """Return the URL of a path; a URL stays unchanged."""
        return urllib.parse.urljoin(self._base_url() + "/", path)

    def follow(self, url: str, location: str) -> str:
        """Return the target of a redirect, if it is as safe as its origin.

        Raises:
            RegistryError: it is no URL, or anyone on the way could listen.
        """
        try:
            target = urllib.parse.urljoin(url, location)
            parts = urllib.parse.urlsplit(target)
            is_sane = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            is_sane = False
        if not is_sane or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
            problem = f"redirects to a URL that is not http: {shown(location)}"
            raise malformed(self.registry, problem)
        if parts.scheme == "http" and not self._may_be_plain(parts.netloc):
            raise malformed(self.registry, f"redirects to plain http: {shown(target)}")
        return target

    def _may_be_plain(self, host: str) -> bool:
        """Return whether plain http to a host that a registry names is as safe as before."""
        return self._base.startswith("http:") and (self.options.insecure or is_loopback(host))

    def _authorized(self, wanted: _Request) -> requests.Response:
        url = self.absolute(wanted.path)
        sent = self._authorization(wanted.scope)
        answer = self._send(wanted, url, sent)
        if answer.status_code != requests.codes.unauthorized:
            return answer
        # The target of a redirect must not decide where our password goes.
        if not self._is_own(answer.url):
            return answer
        challenge = parse_challenge(answer.headers.get("WWW-Authenticate", ""))
        fresh = self._answer(challenge, wanted.scope, sent)
        return self._send(wanted, url, fresh) if fresh else answer

    def _is_own(self, url: str) -> bool:
        """Return whether a URL is the registry's own: a password is for no other host."""
        return urllib.parse.urlsplit(url)[:2] == urllib.parse.urlsplit(self._base)[:2]

    def _send(self, wanted: _Request, url: str, authorization: str) -> requests.Response:
        """Send one request, and follow redirects to the storage of blobs."""
        for _ in range(5):
            answer = self._session.request(
                wanted.method,
                url,
                headers={"User-Agent": "plinth", **wanted.headers},
                # As a file, it is sent in pieces, and the time limit applies to each of them.
                data=io.BytesIO(wanted.body) if wanted.body else wanted.body,
                stream=True,
                allow_redirects=False,
                auth=Authorization(authorization if self._is_own(url) else ""),
                timeout=self.options.timeout,
                verify=self._authorities(urllib.parse.urlsplit(url).netloc),
            )
            status = answer.status_code
            is_redirect = status in (_REDIRECTS if wanted.is_reading else _SAME_METHOD)
            if not is_redirect or "Location" not in answer.headers:
                if wanted.stream and status in wanted.expected:
                    return answer
                return bounded(answer, self.registry, _what(wanted.method, url))
            answer.close()
            url = self.follow(url, answer.headers["Location"])
        what = _what(wanted.method, wanted.path)
        raise malformed(self.registry, f"{what}: it redirects in a loop")

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
                # A server without TLS may wait for the end of a line of http.
                timeout=min(self.options.timeout, _PROBE),
                verify=self._authorities(self.registry),
                allow_redirects=False,
                stream=True,
                auth=Authorization(""),
            ).close()
        except requests.exceptions.SSLError as error:
            # A certificate of an unknown authority is still TLS.
            return is_distrust(error)
        except PASSING:
            return False
        return True

    def _authorities(self, host: str) -> str:
        ca_file = self.options.ca_file
        if ca_file and not os.path.isfile(ca_file):
            raise RegistryError(
                self.registry,
                f"there is no CA file {ca_file}",
                "name the authority's PEM file: --ca-file FILE",
                final=True,
            )
        return authorities(host, ca_file, self.options.environment)

    def _authorization(self, scope: str) -> str:
        with self._lock:
            return self._authorizations.get(scope, self._authorizations.get("", ""))

    def _answer(self, challenge: Challenge, scope: str, refused: str) -> str:
        """Return the ``Authorization`` of a challenge; empty if ours was already refused."""
        with self._lock:
            turn = self._turns.setdefault(scope, threading.Lock())
        # Fetching a token takes time; only requests that need the same one wait.
        with turn:
            current = self._authorization(scope)
            if current and current != refused:
                return current  # another thread has just fetched it
            name = scope.partition(":")[2].partition(":")[0]
            credentials = find_credentials(self.registry, name, self.options.environment)
            if challenge.scheme == "basic":
                fresh = credentials.basic() if credentials and credentials.user else ""
                with self._lock:
                    self._authorizations[""] = fresh
                return "" if fresh == refused else fresh
            if challenge.scheme == "bearer":
                realm = challenge.parameters.get("realm", "")
                host = check_realm(self.registry, realm, may_be_plain=self._may_be_plain)
                token = fetch_token(
                    self.registry,
                    self._session,
                    challenge,
                    scope,
                    credentials,
                    timeout=self.options.timeout,
                    verify=self._authorities(host),
                )
                with self._lock:
                    self._authorizations[scope] = f"Bearer {token}"
                return f"Bearer {token}"
        problem = (
            f"asks for authentication by {shown(challenge.scheme)}, which Plinth does not support"
        )
        raise malformed(self.registry, problem)


@dataclass(frozen=True, slots=True)
class _Request:
    """The arguments of ``Transport.request``."""

    method: str
    path: str
    scope: str
    headers: dict[str, str]
    body: bytes | None
    stream: bool
    expected: Collection[int]

    @property
    def is_reading(self) -> bool:
        return self.method in {"GET", "HEAD"}


def _what(method: str, path: str) -> str:
    """Return a request, for messages."""
    return f"{method} {urllib.parse.urlsplit(path).path}"
