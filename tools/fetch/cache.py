"""Downloads that are kept, by their digest, so that the same bytes are fetched once.

Any number of programs may share a directory: a file appears whole or not at all, and what is read
back is checked again, so a damaged file is only a file to be fetched anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Mapping, Sequence

from tools.fetch.download import Downloader
from tools.fetch.progress import Progress

_MONTH = 30 * 24 * 3600.0


def cache_directory(environment: Mapping[str, str]) -> str:
    """Where downloads are kept: ``$PLINTH_CACHE``, or a directory of the user's cache.

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
        """Touches nothing yet; an empty name means that nothing is kept."""
        self._directory = directory

    def get(self, sha256: str) -> bytes | None:
        """The bytes with this digest, if they are there and whole."""
        if not self._directory:
            return None
        path = os.path.join(self._directory, sha256)
        try:
            with open(path, "rb") as file:
                data = file.read()
            # When it was last used, for :meth:`prune`.
            os.utime(path)
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def put(self, sha256: str, data: bytes) -> None:
        """Keeps bytes that are known to have this digest. A cache that is full keeps nothing."""
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

    def prune(self, now: float | None = None) -> None:
        """Removes what nobody has used for a month, leftovers of killed programs included."""
        if not self._directory:
            return
        limit = (time.time() if now is None else now) - _MONTH
        with contextlib.suppress(OSError), os.scandir(self._directory) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.stat().st_mtime < limit:
                        os.unlink(entry.path)


class CachingDownloader:
    """Fetches bytes, asking a cache first whenever their digest is known. Thread safe."""

    def __init__(
        self, downloader: Downloader, cache: Cache, progress: Progress | None = None
    ) -> None:
        """Fetches nothing yet.

        Args:
            downloader: for what is not in the cache.
            cache: for what is.
            progress: told of what is to come; the downloader tells it what came.
        """
        self._downloader = downloader
        self._cache = cache
        self._progress = progress

    def fetch(
        self, urls: Sequence[str], *, sha256: str | None, size: int | None, label: str
    ) -> bytes:
        """Returns the bytes with the digest, or those of the first URL if there is none.

        Raises:
            FetchError: they are neither in the cache nor under any URL.
        """
        if sha256 is None:
            return self._downloader.fetch(urls, sha256=None, size=size, label=label)
        data = self._cache.get(sha256)
        if data is None:
            if self._progress:
                self._progress.expect(items=1, size=size or 0)
            data = self._downloader.fetch(urls, sha256=sha256, size=size, label=label)
            if self._progress:
                self._progress.finished()
            self._cache.put(sha256, data)
        return data
