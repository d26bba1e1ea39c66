"""Uploads one blob to a repository: in one piece or in several, resumed after an interruption.

OCI Distribution Specification v1.1, "Pushing Blobs".
"""

from __future__ import annotations

import contextlib
import hashlib
import urllib.parse
from collections.abc import Callable
from typing import Any, BinaryIO

import requests

from tools.grammar.fields import readable_number, shown
from tools.registry.blob import Blob
from tools.registry.client import Client
from tools.registry.errors import RegistryError, malformed

_NOT_FOR_US = frozenset({400, 401, 403, 404, 405})
"""Statuses for repositories that we may not read."""

CHUNK = 16 << 20
"""Bytes sent in one request. Smaller blobs go in one piece, which every registry supports."""

_LARGEST_CHUNK = 128 << 20
"""The largest minimum size of chunks that is accepted; a chunk is held in memory."""


def upload(
    client: Client, blob: Blob, *, location: str = "", progress: Callable[[int], object]
) -> None:
    """Send a blob.

    Args:
        client: the repository.
        blob: what to send.
        location: a session that is already open, as a refused mount leaves one.
        progress: receives the number of bytes that arrived; negative when they no longer count.

    Raises:
        ChangedError: its file is not what was built.
        RegistryError: the registry does not take it.
    """
    options = client.transport.options
    for attempt in range(1, options.attempts + 1):
        session = _Session(client, blob, location, progress)
        location = ""
        try:
            session.run()
        except RegistryError as error:
            session.take_back()
            # A session can be lost, and bytes can be damaged on their way: begin again. Without
            # permission to write, another attempt is useless.
            if error.final or error.status in {401, 403} or attempt == options.attempts:
                raise
            client.transport.pause(attempt, error)
        else:
            return


def mount(client: Client, blob: Blob, source: str) -> str | None:
    """Ask the registry to mount a blob of another repository.

    Returns:
        None if the blob is now here; else the location of an upload session, or empty without the
        right to ask.
    """
    query = urllib.parse.urlencode({"mount": blob.digest, "from": source})
    try:
        answer = client.transport.request(
            "POST",
            f"{client.path}/blobs/uploads/?{query}",
            scope=f"{client.push_scope} repository:{source}:pull",
            headers={"Content-Length": "0"},
            expected=(201, 202),
        )
    except RegistryError as error:
        if error.status in _NOT_FOR_US:
            return ""
        raise
    return None if answer.status_code == requests.codes.created else _location(client, answer)


def cancel(client: Client, location: str) -> None:
    """Close an upload session that is not needed; a registry that cannot do so forgets it."""
    with contextlib.suppress(RegistryError):
        client.transport.request(
            "DELETE", location, scope=client.push_scope, expected=(200, 202, 204, 404), attempts=1
        )


class _Session:
    """One upload session, from POST to PUT."""

    def __init__(
        self, client: Client, blob: Blob, location: str, progress: Callable[[int], object]
    ) -> None:
        self._client = client
        self._blob = blob
        self._location = location
        self._progress = progress
        self._reported = 0
        self._chunk = CHUNK

    def run(self) -> None:
        if not self._location:
            self._open()
        with self._blob.open() as file:
            if self._blob.size <= self._chunk:
                content = file.read(self._blob.size + 1)
                self._blob.check_digest(hashlib.sha256(content).hexdigest())
                self._finish(content)
            else:
                self._send_in_chunks(file)
                self._finish(b"")
        self._report(self._blob.size)

    def take_back(self) -> None:
        self._report(0)

    def _report(self, offset: int) -> None:
        self._progress(offset - self._reported)
        self._reported = offset

    def _send_in_chunks(self, file: BinaryIO) -> None:
        offset = failures = hashed = 0
        sha256 = hashlib.sha256()
        while offset < self._blob.size:
            file.seek(offset)
            chunk = file.read(min(self._chunk, self._blob.size - offset))
            sha256.update(chunk[max(hashed - offset, 0) :])
            hashed = max(hashed, offset + len(chunk))
            # For a file that ends early, and for the last chunk.
            if not chunk or hashed == self._blob.size:
                self._blob.check_digest(sha256.hexdigest())
            reached = self._patch(chunk, offset)
            failures = 0 if reached > offset else failures + 1
            if failures == self._client.transport.options.attempts:
                raise malformed(
                    self._client.repository.registry,
                    f"{self._blob.digest}: stays at {offset} of {self._blob.size} bytes",
                )
            offset = reached
            self._report(offset)

    def _open(self) -> None:
        answer = self._request("POST", f"{self._client.path}/blobs/uploads/", b"", expected=(202,))
        self._location = _location(self._client, answer)
        least = readable_number(answer.headers.get("OCI-Chunk-Min-Length", ""))
        if least is None:
            return
        if least > _LARGEST_CHUNK and self._blob.size > self._chunk:
            raise malformed(
                self._client.repository.registry,
                f"wants chunks of {least} bytes, but at most {_LARGEST_CHUNK} are sent at once",
            )
        self._chunk = max(self._chunk, least)

    def _patch(self, chunk: bytes, offset: int) -> int:
        """Send a chunk; return the offset at which to continue."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Range": f"{offset}-{offset + len(chunk) - 1}",
        }
        try:
            # Once: a repeated chunk might be appended twice. The registry is asked instead what has
            # arrived.
            answer = self._request(
                "PATCH", self._location, chunk, expected=(202,), headers=headers, attempts=1
            )
        except RegistryError as error:
            if error.status in {400, 401, 403, 404}:
                raise
            self._client.transport.pause(1, error)
            answer = self._request("GET", self._location, None, expected=(204,))
        self._location = _location(self._client, answer)
        return self._received(answer)

    def _received(self, answer: requests.Response) -> int:
        """Return how many bytes the registry has: ``Range: 0-LAST``, both ends included."""
        text = answer.headers.get("Range", "").removeprefix("bytes=")
        last = readable_number(text.removeprefix("0-"))
        # Registries say "0-0" for no bytes; a chunk is never one byte long.
        received = last + 1 if last else 0
        if received > self._blob.size:
            raise malformed(
                self._client.repository.registry,
                f"{self._blob.digest}: has {shown(text)}, but only {self._blob.size} bytes exist",
            )
        return received

    def _finish(self, rest: bytes) -> None:
        separator = "&" if "?" in self._location else "?"
        url = f"{self._location}{separator}digest={urllib.parse.quote(self._blob.digest)}"
        headers = {"Content-Type": "application/octet-stream"}
        self._request("PUT", url, rest, expected=(201, 204), headers=headers, attempts=1)

    def _request(self, method: str, url: str, body: bytes | None, **more: Any) -> requests.Response:
        scope = self._client.push_scope
        return self._client.transport.request(method, url, scope=scope, body=body, **more)


def _location(client: Client, answer: requests.Response) -> str:
    location = answer.headers.get("Location", "")
    if not location:
        raise malformed(client.repository.registry, "an upload without a Location")
    return client.transport.follow(answer.url, location)
