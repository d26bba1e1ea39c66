"""A client of one repository of a registry (OCI Distribution Specification v1.1)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests

from tools.registry import answer as answers
from tools.registry.answer import pieces
from tools.registry.errors import RegistryError, malformed
from tools.registry.reference import Repository
from tools.registry.transport import Transport
from tools.registry.trouble import innermost

ACCEPTED = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
"""Media types of manifests, OCI's and those that Docker used before."""

_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """A manifest or an index as a registry has it."""

    media_type: str
    digest: str
    content: bytes


class Client:
    """Reads from, and writes manifests to, one repository. Thread safe."""

    def __init__(self, transport: Transport, repository: Repository) -> None:
        """Connect to nothing yet."""
        self.transport = transport
        self.repository = repository
        self.path = f"/v2/{repository.name}"
        self.pull_scope = f"repository:{repository.name}:pull"
        self.push_scope = f"repository:{repository.name}:pull,push"

    def has_blob(self, digest: str, *, scope: str = "") -> bool:
        """Return whether the repository has a blob."""
        answer = self.transport.request(
            "HEAD",
            f"{self.path}/blobs/{digest}",
            scope=scope or self.push_scope,
            expected=(200, 404),
        )
        return answer.ok

    def manifest_digest(self, reference: str) -> str:
        """Return the digest of the manifest of a tag or digest; empty if there is none."""
        answer = self.transport.request(
            "HEAD",
            f"{self.path}/manifests/{reference}",
            scope=self.push_scope,
            headers={"Accept": ", ".join(ACCEPTED)},
            expected=(200, 404),
        )
        if answer.status_code != requests.codes.ok:
            return ""
        # The spec only recommends the header.
        return answer.headers.get("Docker-Content-Digest") or self.manifest(reference).digest

    def manifest(self, reference: str) -> StoredManifest:
        """Fetch a manifest by tag or digest.

        Raises:
            RegistryError: it is not there, or is not what the digest says.
        """
        answer = self.transport.request(
            "GET",
            f"{self.path}/manifests/{reference}",
            scope=self.pull_scope,
            headers={"Accept": ", ".join(ACCEPTED)},
            expected=(200,),
        )
        content = answer.content
        found = digest_of(content)
        # A tag has no colon. Only SHA-256 is computed, so another algorithm never matches.
        if ":" in reference and found != reference:
            raise malformed(self._registry, f"was asked for {reference}, but sent {found}")
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        return StoredManifest(media_type, found, content)

    def put_manifest(self, reference: str, media_type: str, content: bytes) -> bool:
        """Store a manifest under a tag or its digest.

        Returns:
            Whether the registry lists it as a referrer of its subject by itself.

        Raises:
            RegistryError: the registry refuses it, or has stored something else.
        """
        sent = digest_of(content)
        for attempt in range(1, self.transport.options.attempts + 1):
            answer = self.transport.request(
                "PUT",
                f"{self.path}/manifests/{reference}",
                scope=self.push_scope,
                headers={"Content-Type": media_type},
                body=content,
                expected=(200, 201, 202),
            )
            # A tag accepts any manifest, so the stored one is checked.
            stored = answer.headers.get("Docker-Content-Digest") or self.manifest_digest(reference)
            if stored == sent:
                return "OCI-Subject" in answer.headers
            wrong = RegistryError(self._registry, f"was sent {sent}, but has stored {stored}")
            if attempt == self.transport.options.attempts:
                raise wrong
            self.transport.pause(attempt, wrong)
        raise AssertionError("unreachable")

    def blob(self, digest: str, size: int) -> bytes:
        """Fetch a small blob, such as a config.

        Raises:
            RegistryError: it cannot be fetched, or does not match the digest.
        """
        parts: list[bytes] = []
        end = 0.0

        def restart() -> None:
            nonlocal end
            parts.clear()
            end = time.monotonic() + answers.LONGEST

        def take(piece: bytes) -> None:
            if time.monotonic() > end:
                problem = f"{digest}: takes more than {answers.LONGEST:g} s"
                raise malformed(self._registry, problem)
            parts.append(piece)

        self._retried(digest, restart, size, take)
        return b"".join(parts)

    def download(
        self, digest: str, size: int, path: str, progress: Callable[[int], object] = lambda _: None
    ) -> None:
        """Fetch a blob into a file, which appears under its name only when it is right.

        Raises:
            RegistryError: it cannot be fetched, or does not match the digest.
        """
        temporary = f"{path}.{secrets.token_hex(4)}"
        try:
            with open(temporary, "xb") as out:

                def write(piece: bytes) -> None:
                    out.write(piece)
                    progress(len(piece))

                def restart() -> None:
                    progress(-out.tell())
                    out.seek(0)
                    out.truncate()

                self._retried(digest, restart, size, write)
            os.replace(temporary, path)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
                error.filename = path
            raise

    @property
    def _registry(self) -> str:
        return self.repository.registry

    def _retried(
        self,
        digest: str,
        restart: Callable[[], object],
        size: int,
        write: Callable[[bytes], object],
    ) -> None:
        options = self.transport.options
        for attempt in range(1, options.attempts + 1):
            restart()
            try:
                return self._checked(digest, size, write)
            except (RegistryError, requests.RequestException) as error:
                trouble = (
                    error
                    if isinstance(error, RegistryError)
                    else RegistryError(
                        self._registry,
                        f"{digest}: {innermost(error)}",
                        "check the network, or try again later",
                    )
                )
                if attempt == options.attempts or trouble.status or trouble.final:
                    if trouble is error:
                        raise
                    raise trouble from error
                self.transport.pause(attempt, trouble)
        raise AssertionError("unreachable")

    def _checked(self, digest: str, size: int, write: Callable[[bytes], object]) -> None:
        sha256, got = hashlib.sha256(), 0
        for piece in self._pieces(digest):
            got += len(piece)
            if got > size:
                raise malformed(self._registry, f"{digest}: more than its {size} bytes")
            sha256.update(piece)
            write(piece)
        found = f"sha256:{sha256.hexdigest()}"
        if got < size:
            raise RegistryError(self._registry, f"{digest}: ends after {got} of {size} bytes")
        if found != digest:
            raise RegistryError(self._registry, f"was asked for {digest}, but sent {found}")

    def _pieces(self, digest: str) -> Iterator[bytes]:
        answer = self.transport.request(
            "GET",
            f"{self.path}/blobs/{digest}",
            scope=self.pull_scope,
            headers={"Accept-Encoding": "identity"},
            expected=(200,),
            stream=True,
        )
        with contextlib.closing(answer):
            yield from pieces(answer, _PIECE)


def digest_of(content: bytes) -> str:
    """Return the digest of a content: ``sha256:`` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
