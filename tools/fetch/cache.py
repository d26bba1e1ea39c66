"""Keeps downloads by their digest, so that the same bytes are fetched once.

Any number of programs may share a directory: a file appears whole or not at all, and its bytes are
checked again when they are read, so a damaged file is only a file to be fetched again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping

_MONTH = 30 * 24 * 3600.0
_MOST_BYTES = 2_000_000_000
_SIGNATURE = ".gpg"
_DERIVED = ".derived"


def cache_directory(environment: Mapping[str, str]) -> str:
    """Return where downloads are kept: ``$PLINTH_CACHE``, or a directory of the user's cache.

    Empty if there is no home directory, or if ``$PLINTH_CACHE`` is set to nothing: then nothing
    is kept.
    """
    if "PLINTH_CACHE" in environment:
        return environment["PLINTH_CACHE"]
    base = environment.get("XDG_CACHE_HOME") or os.path.join(environment.get("HOME", ""), ".cache")
    return os.path.join(base, "plinth", "downloads") if os.path.isabs(base) else ""


class Cache:
    """A directory of files that are named by their SHA-256."""

    def __init__(self, directory: str) -> None:
        """Do nothing yet; with an empty name, nothing is kept."""
        self._directory = directory

    def has(self, sha256: str) -> bool:
        """Return whether there are bytes with this digest, if they are not damaged."""
        return bool(self._directory) and os.path.exists(os.path.join(self._directory, sha256))

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes with this digest, if they are there and whole."""
        if not self._directory:
            return None
        path = os.path.join(self._directory, sha256)
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            return None
        # Record the last use, for :meth:`prune`; this fails for another user's file.
        with contextlib.suppress(OSError):
            os.utime(path)
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def put(self, sha256: str, data: bytes) -> None:
        """Keep bytes that have this digest. A full cache keeps nothing."""
        if not self._directory:
            return
        temporary = os.path.join(self._directory, f".{secrets.token_hex(8)}")
        try:
            os.makedirs(self._directory, exist_ok=True)
            with open(temporary, "xb") as file:
                file.write(data)
            os.replace(temporary, os.path.join(self._directory, sha256))
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise

    def put_signed(self, data: bytes, signature: bytes | None) -> None:
        """Keep bytes, and a signature over them in a file of its own if it is not in them."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.get(sha256) is None:
            self.put(sha256, data)
        if signature:
            self.put_derived(sha256 + _SIGNATURE, signature)

    def signature(self, sha256: str) -> bytes | None:
        """Return the separate signature over kept bytes, if it is whole; not verified."""
        return self.derived(sha256 + _SIGNATURE)

    def derived(self, name: str) -> bytes | None:
        """Return what :meth:`put_derived` has kept under a name, if it is there and whole."""
        if not self._directory:
            return None
        path = os.path.join(self._directory, name + _DERIVED)
        try:
            with open(path, "rb") as file:
                digest, _, data = file.read().partition(b"\n")
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return data if hashlib.sha256(data).hexdigest().encode() == digest else None

    def put_derived(self, name: str, data: bytes) -> None:
        """Keep a result that was made from downloads; its name says from which, and how."""
        digest = hashlib.sha256(data).hexdigest().encode()
        self.put(name + _DERIVED, digest + b"\n" + data)

    def prune(self, now: float | None = None) -> None:
        """Remove what has not been used for a month; with too much, the longest unused.

        Leftovers of killed programs are removed, too.
        """
        if not self._directory:
            return
        oldest = (time.time() if now is None else now) - _MONTH
        size = 0
        for used, path, file_size in sorted(self._files(), reverse=True):
            size += file_size
            if used < oldest or size > _MOST_BYTES:
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def _files(self) -> Iterator[tuple[float, str, int]]:
        """When each file was last used, its path, its size."""
        with contextlib.suppress(OSError), os.scandir(self._directory) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    status = entry.stat()
                    yield status.st_mtime, entry.path, status.st_size
