"""Downloads that end with exactly the right bytes, or with one complete message."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import os
import re
import secrets
import socket
import ssl
import threading
import urllib.error
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import IO, NoReturn

from tools.errors import PlinthError, is_clock_right
from tools.fetch.credentials import request_for, without_credentials
from tools.fetch.opener import new_opener
from tools.fetch.pace import TooSlow
from tools.fetch.progress import Progress

_LARGEST_UNSIZED = 1 << 29
"""Most bytes of a download of unknown size: enough for an index, not for a flood."""

_CHUNK = 1 << 16
_LENGTH = re.compile(r"[0-9]{1,16}")
_TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE_STATUS = frozenset({404, 410})


@dataclass(frozen=True)
class Attempt:
    """What went wrong with one URL.

    Attributes:
        url: the URL, without credentials.
        problem: what happened, in words.
        transient: a later attempt might succeed.
        gone: the server says that it has no such file.
        silent: no server answered, or none that we trust.
        unreachable: its host cannot be reached, for any request.
    """

    url: str
    problem: str
    transient: bool = False
    gone: bool = False
    silent: bool = False
    unreachable: bool = False


class FetchError(PlinthError):
    """No URL gave the right bytes.

    Attributes:
        label: what was to be fetched.
        attempts: the last outcome of every URL, in the order tried.
    """

    def __init__(self, label: str, attempts: Sequence[Attempt]) -> None:
        self.label = label
        self.attempts = tuple(attempts)
        lines = [f"cannot fetch {label}:"]
        lines += [f"    {attempt.url}\n        {attempt.problem}" for attempt in attempts]
        lines.append(f"  {self._remedy()}")
        super().__init__("\n".join(lines))

    @property
    def gone(self) -> bool:
        """True if every server asked says that it has no such file."""
        return bool(self.attempts) and all(attempt.gone for attempt in self.attempts)

    def _remedy(self) -> str:
        name = "PLINTH_MIRRORS=NAME=URL"
        if not self.attempts:
            return f"No mirror is known for it: set {name}, or add one under `mirrors:`."
        if self.gone:
            return (
                f"No mirror has this file any more: make a new lock, or set {name} to one that has."
            )
        if all(attempt.transient for attempt in self.attempts):
            return f"Check the network and the proxy settings, or set {name} to another mirror."
        return f"Try again later, or set {name} to another mirror."


class StorageError(PlinthError):
    """A fetched file cannot be written.

    Attributes:
        path: the file.
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(
            f"cannot write {path}: {problem}\n"
            "  Make room there, or make the directory writable, and start again."
        )


@dataclass(frozen=True)
class Download:
    """One file that is wanted.

    Attributes:
        path: where it will be.
        urls: where it may be found, the preferred one first.
        sha256: its digest in hexadecimal, if known.
        size: its size in bytes, if known.
        label: how messages call it.
        limit: most bytes that are taken when the size is not known.
    """

    path: str
    urls: tuple[str, ...]
    sha256: str | None
    size: int | None
    label: str
    limit: int = _LARGEST_UNSIZED


class Downloader:
    """Fetches files over http, https and file; checks them while they stream in. Thread safe.

    Proxies come from the environment, credentials from a URL or from netrc.
    """

    def __init__(
        self,
        *,
        parallel: int = 8,
        timeout: float = 30.0,
        rounds: int = 4,
        progress: Progress | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            parallel: how many files ``fetch_all`` fetches at once.
            timeout: seconds without a byte after which a server counts as silent.
            rounds: how often all URLs are tried before giving up on temporary failures.
            progress: receives counts of bytes and files.
            sleep: waits for seconds between rounds; replaced in tests.
        """
        self._parallel = parallel
        self._timeout = timeout
        self._rounds = rounds
        self._progress = progress
        self._sleep = sleep
        self._opener = new_opener()
        self._silent_hosts: set[str] = set()

    def fetch(
        self,
        urls: Sequence[str],
        *,
        sha256: str | None,
        size: int | None,
        label: str,
        limit: int = _LARGEST_UNSIZED,
    ) -> bytes:
        """Return the bytes of the first URL that has the right ones.

        Args:
            urls: the preferred one first.
            sha256: digest in hexadecimal, if known.
            size: in bytes, if known.
            label: how messages call it.
            limit: most bytes that are taken when the size is not known; holds while reading.

        Raises:
            FetchError: none has.
        """
        if self._progress:
            self._progress.expect(items=1, size=size or 0)
        sink = io.BytesIO()
        self._into(sink, Download("", tuple(urls), sha256, size, label, limit), threading.Event())
        if self._progress:
            self._progress.finished()
        return sink.getvalue()

    def fetch_all(self, downloads: Iterable[Download]) -> Iterator[Download]:
        """Fetch many files at once and yield each as soon as it is there.

        Raises:
            FetchError: for the first that cannot be fetched; the running ones are stopped.
        """
        stopped = threading.Event()
        pool = ThreadPoolExecutor(self._parallel, thread_name_prefix="fetch")
        try:
            pending = {pool.submit(self._fetch_file, item, stopped): item for item in downloads}
            for future in as_completed(pending):
                future.result()
                yield pending.pop(future)
        finally:
            stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _fetch_file(self, wanted: Download, stopped: threading.Event) -> None:
        directory, name = os.path.split(os.path.abspath(wanted.path))
        temporary = os.path.join(directory, f".{name}.{secrets.token_hex(4)}")
        try:
            with open(temporary, "x+b") as file:
                self._into(file, wanted, stopped)
            os.replace(temporary, wanted.path)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            if isinstance(error, OSError):
                raise StorageError(wanted.path, error.strerror or str(error)) from error
            raise
        if self._progress:
            self._progress.finished()

    def _into(self, sink: IO[bytes], wanted: Download, stopped: threading.Event) -> None:
        """Try every URL, then those with temporary failures again, after growing pauses."""
        outcomes: dict[str, Attempt] = {}
        for round_number in range(self._rounds):
            if round_number:
                (self._sleep or stopped.wait)(min(2.0 ** (round_number - 1), 30.0))
            unreachable: dict[str, Attempt] = {}
            for url in self._likely_first(wanted.urls):
                if url in outcomes and not outcomes[url].transient:
                    continue
                host = urllib.parse.urlsplit(url).netloc
                if host in unreachable:
                    # One time-out is enough, until the next round.
                    outcomes[url] = replace(unreachable[host], url=without_credentials(url))
                    continue
                failed = self._attempt(url, sink, wanted, stopped)
                if failed is None:
                    return
                outcomes[url] = failed
                if failed.unreachable:
                    unreachable[host] = failed
                if stopped.is_set():
                    break
            if stopped.is_set() or not any(o.transient for o in outcomes.values()):
                break
        raise FetchError(wanted.label, [outcomes[url] for url in wanted.urls if url in outcomes])

    def _likely_first(self, urls: Sequence[str]) -> list[str]:
        # A mirror that is down must not cost a time-out for each of hundreds of files.
        return sorted(urls, key=lambda url: urllib.parse.urlsplit(url).netloc in self._silent_hosts)

    def _attempt(
        self, url: str, sink: IO[bytes], wanted: Download, stopped: threading.Event
    ) -> Attempt | None:
        sink.seek(0)
        sink.truncate()
        shown = without_credentials(url)
        try:
            self._stream(url, sink, wanted, stopped)
        except _Refused as refused:
            return Attempt(shown, refused.problem, transient=refused.transient)
        except urllib.error.HTTPError as error:
            with error:
                return Attempt(
                    shown,
                    f"the server answers {error.code} {_printable(error.reason)}",
                    transient=error.code in _TRANSIENT_STATUS,
                    gone=error.code in _GONE_STATUS,
                )
        except (OSError, http.client.HTTPException, ValueError) as error:
            attempt = _trouble(shown, error)
            if attempt.silent:
                self._silent_hosts.add(urllib.parse.urlsplit(url).netloc)
            return attempt
        return None

    def _stream(
        self, url: str, sink: IO[bytes], wanted: Download, stopped: threading.Event
    ) -> None:
        check = _Check(sink, wanted, self._progress)
        try:
            with self._opener.open(request_for(url), timeout=self._timeout) as response:
                check.announce(response.headers.get("Content-Length", ""))
                while not stopped.is_set() and (chunk := response.read(_CHUNK)):
                    check.accept(chunk)
            if stopped.is_set():
                check.refuse("stopped, because another download failed")
            check.finish()
        except BaseException:
            check.take_back()
            raise


class _Check:
    """Writes the bytes of one response, and compares them with what is wanted."""

    def __init__(self, sink: IO[bytes], wanted: Download, progress: Progress | None) -> None:
        self._sink = sink
        self._wanted = wanted
        self._progress = progress
        self._expected = wanted.size
        self._limit = wanted.size if wanted.size is not None else wanted.limit
        self._digest = hashlib.sha256()
        self._got = 0

    def announce(self, content_length: str) -> None:
        if self._expected is None and _LENGTH.fullmatch(content_length):
            self._expected = int(content_length)
            if self._expected > self._limit:
                self._refuse_size()

    def accept(self, chunk: bytes) -> None:
        if self._got + len(chunk) > self._limit:
            self._refuse_size()
        self._digest.update(chunk)
        try:
            self._sink.write(chunk)
        except OSError as error:
            raise StorageError(self._wanted.path, error.strerror or str(error)) from error
        self._got += len(chunk)
        if self._progress:
            self._progress.received(len(chunk))

    def finish(self) -> None:
        if self._expected is not None and self._got < self._expected:
            self.refuse(f"truncated: {self._got} of {self._expected} bytes", transient=True)
        got, expected = self._digest.hexdigest(), self._wanted.sha256
        if expected is not None and got != expected:
            self.refuse(f"wrong sha256: expected {expected}, got {got}")

    def _refuse_size(self) -> NoReturn:
        kind = "expected" if self._wanted.size is not None else "permitted"
        self.refuse(f"more than the {kind} {self._limit} bytes")

    def take_back(self) -> None:
        if self._progress:
            self._progress.received(-self._got)

    def refuse(self, problem: str, *, transient: bool = False) -> NoReturn:
        raise _Refused(problem, transient=transient)


class _Refused(Exception):  # noqa: N818 - an outcome of an attempt; users see FetchError
    """The server answered, but not with the requested bytes."""

    def __init__(self, problem: str, *, transient: bool = False) -> None:
        self.problem = problem
        self.transient = transient
        super().__init__(problem)


def _printable(text: str) -> str:
    """Return what a server says, without control sequences for the terminal."""
    return "".join(each if each.isprintable() else "?" for each in text[:200])


def _trouble(url: str, error: Exception) -> Attempt:
    """Describe a failure of the connection."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, FileNotFoundError):
        return Attempt(url, "no such file", gone=True)
    if isinstance(reason, ssl.SSLCertVerificationError):
        cure = "install ca-certificates, or point SSL_CERT_FILE at your bundle"
        if reason.verify_code in _UNTIMELY:
            cure = is_clock_right()
        return Attempt(
            url,
            f"its TLS certificate is not trusted here: {reason.verify_message}\n        ({cure})",
            silent=True,
        )
    if isinstance(reason, TooSlow):
        return Attempt(url, str(reason), transient=True, silent=True)
    for kind, words in _TROUBLES:
        if isinstance(reason, kind):
            absent = isinstance(reason, _UNREACHABLE)
            return Attempt(url, words, transient=True, silent=True, unreachable=absent)
    detail = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    detail = _printable(detail)
    if isinstance(reason, (OSError, http.client.HTTPException)):
        return Attempt(url, f"connection failed: {detail}", transient=True, silent=True)
    return Attempt(url, detail, silent=True)


_UNTIMELY = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""

_UNREACHABLE = (TimeoutError, ConnectionRefusedError, socket.gaierror)
_TROUBLES: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, "timed out"),
    (ConnectionRefusedError, "connection refused"),
    (http.client.RemoteDisconnected, "connection closed without an answer"),
    (ConnectionResetError, "connection reset"),
    (socket.gaierror, "host name not found"),
)
