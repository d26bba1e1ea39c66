"""Answers of HTTP servers that must arrive at a least speed, from their first byte on.

With only a time limit for each read, a server that sends a byte a second could block us for ever:
in its headers, in the text of an error, in a body.
"""

from __future__ import annotations

import http.client
import io
import time
from typing import Any

GRACE = 60.0
SLOWEST = 1024
"""After so many seconds, an answer must have this average speed in bytes a second."""


class TooSlow(TimeoutError):  # noqa: N818 - an outcome; users see another error
    """An answer arrives at less than the least speed."""


class PacedResponse(http.client.HTTPResponse):
    """An answer whose status line, headers and body are read at a least speed, or not at all.

    Use it as the ``response_class`` of a connection. A slow answer raises ``TooSlow``.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """As ``http.client`` makes it."""
        super().__init__(*arguments, **named)
        self._paced = _Paced(self.fp.detach())
        self.fp = io.BufferedReader(self._paced)

    def begin(self) -> None:
        """Read the status line and the headers."""
        super().begin()
        self._paced.has_head = True


class _Paced(io.RawIOBase):
    """The bytes of a socket, while they come fast enough."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self.has_head = False
        self._started = 0.0
        self._got = 0

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int | None:
        got = self._raw.readinto(buffer)
        now = time.monotonic()
        self._started = self._started or now
        self._got += got or 0
        seconds = now - self._started
        if seconds > GRACE and self._got < seconds * SLOWEST:
            raise TooSlow(
                f"slower than {SLOWEST} bytes a second: {self._got} bytes in {seconds:.0f} s"
            )
        if seconds > GRACE and not self.has_head:
            # Interim answers could go on for ever, at any speed.
            raise TooSlow(f"no end of its headers after {seconds:.0f} s")
        return got

    def close(self) -> None:
        self._raw.close()
        super().close()
