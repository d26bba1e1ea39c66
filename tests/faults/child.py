"""A function in a process of its own, which can be killed at any moment, or at a given step."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

_STEPS = ("open", "os.", "shutil.", "socket.", "fcntl.", "tempfile.")
_PR_SET_PDEATHSIG = 1


class Child:
    """A function in a process group of its own, with what it writes in a file."""

    def __init__(self, log: Path, function: Callable[[], int], last_step: int = 0) -> None:
        """Start it.

        Args:
            log: gets what it writes.
            function: returns the exit status.
            last_step: at which of its steps it is killed, with all processes that it has started;
                a step is a call to the operating system about files or sockets. 0 lets it go on.
        """
        self._log = log
        self._steps = log.with_name(log.name + ".steps")
        self.pid = os.fork()
        if self.pid:
            return
        status = 70
        try:
            os.setpgid(0, 0)
            # A test that is stopped must not leave it behind.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            # Opened here: the function may become a user who must not.
            with log.open("w") as out, self._steps.open("w") as steps:
                os.dup2(out.fileno(), 1)
                os.dup2(out.fileno(), 2)
                sys.stdout = sys.stderr = out
                counter = _Counter(last_step)
                sys.addaudithook(counter)
                status = function()
                counter.last = 0
                steps.write(str(counter.steps))
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(status)

    def wait(self) -> tuple[int, str]:
        """Its status, and what it has written."""
        return self._status(), self._log.read_text(errors="replace")

    def kill(self) -> bool:
        """Whether it had not ended yet. None of the processes that it has started goes on."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            # It has not come so far as to lead a group.
            os.kill(self.pid, signal.SIGKILL)
        return self._status() == -signal.SIGKILL

    @property
    def steps(self) -> int:
        """How many steps it took, once it has ended by itself."""
        return int(self._steps.read_text())

    def _status(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class _Counter:
    """An audit hook that kills its process group at a step."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.steps = 0

    def __call__(self, event: str, _: tuple[object, ...]) -> None:
        if event.startswith(_STEPS):
            self.steps += 1
            if self.steps == self.last:
                os.killpg(0, signal.SIGKILL)
