"""Another user of the machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

NOBODY = 65534


@contextmanager
def shared_directory() -> Iterator[Path]:
    """Make a directory that all may write to, as /tmp is; those of a test are its user's alone."""
    directory = Path(tempfile.mkdtemp(prefix="plinth-faults-", dir="/tmp"))
    try:
        directory.chmod(0o1777)
        yield directory
    finally:
        rmtree(directory)


def may_be_another() -> bool:
    """Return whether this process may become another user: not in a sandbox that has but one."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = as_nobody(lambda: 0)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def as_nobody(function: Callable[[], int]) -> int:
    """Become the user `nobody`, for good; every user may read what it makes."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.umask(0o022)
    return function()
