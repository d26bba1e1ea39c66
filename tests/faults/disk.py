"""A directory that takes nothing."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

CANNOT_MOUNT = 77
"""The status when the sandbox of the test lets it mount nothing."""

_NEW_USER, _NEW_MOUNTS = 0x10000000, 0x00020000
_READ_ONLY, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 1, 0x20, 0x1000, 0x4000, 1 << 18


def mounted(options: str, directory: Path, function: Callable[[], int]) -> int:
    """Run a function where a directory is a small file system of its own.

    Args:
        options: of tmpfs, such as ``size=64k``; or ``ro``: what is in the directory can be read.
        directory: the place of the file system.
        function: returns an exit status.

    Returns:
        That status, or `CANNOT_MOUNT`.
    """
    libc, kind, place = ctypes.CDLL(None), b"tmpfs", os.fsencode(directory)
    user = os.getuid()
    if libc.unshare(_NEW_MOUNTS if user == 0 else _NEW_USER | _NEW_MOUNTS):
        return CANNOT_MOUNT
    if user:
        # Who has no name there would own no file.
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    libc.mount(None, b"/", None, _RECURSIVE | _PRIVATE, None)
    if options == "ro":
        failed = libc.mount(place, place, None, _BIND, None) or libc.mount(
            None, place, None, _REMOUNT | _BIND | _READ_ONLY, None
        )
    else:
        failed = libc.mount(kind, place, kind, 0, options.encode())
    return CANNOT_MOUNT if failed else function()
