"""Progress for people: one line that changes, or a line at intervals in a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO

_TERMINAL_PERIOD = 0.1
_LOG_PERIOD = 10.0


class Progress:
    """Counts bytes and items; writes to standard error. Any thread may call any method."""

    def __init__(
        self,
        title: str,
        *,
        noun: str = "packages",
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start silent: nothing is written before the first count.

        Args:
            title: what is under way, ``fetching Bazel``.
            noun: what the items are.
            stream: where to write; standard error if not given. Asked whether it is a terminal.
            clock: seconds; replaced in tests.
        """
        self._title = title
        self._noun = noun
        self._stream = stream if stream is not None else sys.stderr
        self._terminal = self._stream.isatty()
        self._clock = clock
        self._lock = threading.Lock()
        self._started = clock()
        self._written = self._started if not self._terminal else float("-inf")
        self._on_line = False
        self._bytes = self._bytes_expected = 0
        self._items = self._items_expected = 0

    @property
    def bytes_received(self) -> int:
        """Bytes counted so far."""
        return self._bytes

    def expect(self, *, items: int, size: int) -> None:
        """Add to the expected total: a number of items and of bytes."""
        with self._lock:
            self._items_expected += items
            self._bytes_expected += size

    def received(self, size: int) -> None:
        """Add bytes; a negative number takes back those of an attempt that failed."""
        with self._lock:
            self._bytes += size
            self._write_if_due()

    def finished(self) -> None:
        """Add one item that is complete."""
        with self._lock:
            self._items += 1
            self._write_if_due()

    def note(self, text: str) -> None:
        """Write a separate line, above the changing one."""
        with self._lock:
            self._clear()
            self._stream.write(text + "\n")
            self._stream.flush()

    def clear(self) -> None:
        """Remove the changing line."""
        with self._lock:
            self._clear()
            self._stream.flush()

    def close(self) -> None:
        """Write the last state, once, as a line that stays."""
        with self._lock:
            self._clear()
            self._stream.write(self._line() + "\n")
            self._stream.flush()

    def _write_if_due(self) -> None:
        now = self._clock()
        if now - self._written < (_TERMINAL_PERIOD if self._terminal else _LOG_PERIOD):
            return
        self._written = now
        if self._terminal:
            # Carriage return, the line, erase to its end.
            self._stream.write(f"\r{self._line()}\x1b[K")
            self._on_line = True
        else:
            self._stream.write(self._line() + "\n")
        self._stream.flush()

    def _clear(self) -> None:
        if self._on_line:
            self._stream.write("\r\x1b[K")
            self._on_line = False

    def _line(self) -> str:
        seconds = max(self._clock() - self._started, 0.001)
        return (
            f"{self._title}: {self._items} of {self._items_expected} {self._noun}, "
            f"{_megabytes(self._bytes)} of {_megabytes(self._bytes_expected)} MB, "
            f"{_megabytes(self._bytes / seconds)} MB/s"
        )


def _megabytes(size: float) -> str:
    return f"{size / 1_000_000:.1f}"
