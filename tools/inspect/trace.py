"""Records which files of a directory tree are opened, by all processes, in all namespaces.

inotify(7) follows inodes, so a container that has the tree as its root is seen as well. It needs no
privilege, no tracer and no emulator. A file that is only queried (stat) is not opened.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import threading
from typing import TYPE_CHECKING

from tools.errors import PlinthError

if TYPE_CHECKING:
    from types import TracebackType

# inotify(7)
_IN_OPEN, _IN_Q_OVERFLOW, _IN_ISDIR = 0x20, 0x4000, 0x40000000
_IN_ONLYDIR, _IN_DONT_FOLLOW = 0x01000000, 0x02000000
_EVENT = struct.Struct("iIII")
_READ = 1 << 16


class TraceError(PlinthError):
    """The tree cannot be watched, or events were missed."""


class FileWatch:
    """Records the files of a tree that are opened while it is entered.

    Attributes:
        opened: their paths in the tree, complete once the watch is left.
    """

    def __init__(self, root: str) -> None:
        """Watch below ``root``."""
        self.opened: set[str] = set()
        self._root = root
        self._directories: dict[int, str] = {}
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._lost = False
        self._stop, self._stopped = -1, -1
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> FileWatch:
        """Begin to watch.

        Raises:
            TraceError: the kernel's limits forbid it.
        """
        self._descriptor = self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._descriptor < 0:
            raise TraceError(f"inotify: {os.strerror(ctypes.get_errno())}")
        for directory, _, _ in os.walk(self._root):
            self._add(directory)
        self._stopped, self._stop = os.pipe()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop watching.

        Raises:
            TraceError: events came faster than they could be read.
        """
        os.write(self._stop, b"x")
        self._thread.join()
        for descriptor in (self._descriptor, self._stop, self._stopped):
            os.close(descriptor)
        if self._lost and error is None:
            raise TraceError("inotify: some files that were opened were missed\n  trace again")

    def _add(self, directory: str) -> None:
        mask = _IN_OPEN | _IN_ONLYDIR | _IN_DONT_FOLLOW
        watch = self._libc.inotify_add_watch(self._descriptor, os.fsencode(directory), mask)
        if watch < 0:
            raise TraceError(
                f"{directory}: {os.strerror(ctypes.get_errno())}\n"
                "  raise fs.inotify.max_user_watches"
            )
        inside = os.path.relpath(directory, self._root)
        self._directories[watch] = "" if inside == "." else inside + "/"

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._descriptor, self._stopped], [], [])
            if self._descriptor in ready:
                self._take(os.read(self._descriptor, _READ))
            elif ready:
                return

    def _take(self, events: bytes) -> None:
        position = 0
        while position < len(events):
            watch, mask, _, length = _EVENT.unpack_from(events, position)
            position += _EVENT.size
            name = os.fsdecode(events[position : position + length].rstrip(b"\0"))
            position += length
            if mask & _IN_Q_OVERFLOW:
                self._lost = True
            elif name and not mask & _IN_ISDIR:
                self.opened.add(self._directories[watch] + name)
