"""Works on several things at once, each in a process of its own.

Python's threads take turns; processes do not, and the memory of one is free when it ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import select
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

from tools.errors import PlinthError

_T = TypeVar("_T")

# Each takes more than a hundred megabytes.
_MOST = 4
_PIPE_BYTES = 1 << 16


class ProcessDiedError(PlinthError):
    """A process ended without a result.

    Attributes:
        name: what it worked on.
        exit_code: its exit status; minus the number of the signal that killed it.
    """

    def __init__(self, name: str, exit_code: int) -> None:
        self.name = name
        self.exit_code = exit_code
        how = f"signal {-exit_code} killed" if exit_code < 0 else f"status {exit_code} ended"
        super().__init__(
            f"{name}: {how} the process that worked on it\n"
            "  Is there enough memory? Up to four architectures take 150 MB each."
        )


def work_on_all(names: Sequence[str], work: Callable[[str], _T]) -> dict[str, _T]:
    """Call a function with each name, in forked processes if there are several processors.

    No other thread may be running. Results and errors must be such as can be pickled.

    Args:
        names: all different.
        work: called with one of them.

    Raises:
        ProcessDiedError: a process was killed.
        Exception: what ``work`` raised, for the first of the names if for several.
    """
    at_once = min(len(names), _processors(), _MOST)
    if at_once == 1:
        return {name: work(name) for name in names}
    waiting = list(names)
    running: dict[int, _Process[_T]] = {}
    results: dict[str, _T] = {}
    errors: dict[str, Exception] = {}
    try:
        while running or (waiting and not errors):
            while waiting and not errors and len(running) < at_once:
                with _interrupts_held() as mask:
                    process = _Process.start(waiting.pop(0), work, mask, list(running))
                    running[process.pipe] = process
            for pipe in select.select(list(running), [], [])[0]:
                if running[pipe].has_ended():
                    process = running.pop(pipe)
                    try:
                        results[process.name] = process.result()
                    except Exception as error:
                        errors[process.name] = error
    finally:
        with _interrupts_held():
            for process in running.values():
                process.stop()
    for name in names:
        if name in errors:
            raise errors[name]
    return {name: results[name] for name in names}


_SignalMask = set[signal.Signals] | set[int]


@contextlib.contextmanager
def _interrupts_held() -> Iterator[_SignalMask]:
    """Ctrl-C waits here, so that no child is forgotten or stopped before it is set up."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield mask
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _processors() -> int:
    return os.cpu_count() or 1


@dataclass(slots=True)
class _Process(Generic[_T]):
    """A process that answers through a pipe.

    Attributes:
        pipe: descriptor of the end that is read.
        answer: what has come through it.
    """

    name: str
    number: int
    pipe: int
    answer: bytearray

    @classmethod
    def start(
        cls, name: str, work: Callable[[str], _T], mask: _SignalMask, pipes: Sequence[int]
    ) -> _Process[_T]:
        """Start a process, which lets through the signals that the mask does.

        Args:
            name: what it works on.
            work: what it does.
            mask: of the signals that it holds back.
            pipes: those that this process reads from; the new one closes its copies.
        """
        pipe, end = os.pipe()
        parent = os.getpid()
        number = os.fork()
        if number == 0:
            _answer(end, (pipe, *pipes), parent, mask, lambda: work(name))
        os.close(end)
        return cls(name, number, pipe, bytearray())

    def has_ended(self) -> bool:
        """Read on; return whether that was all."""
        piece = os.read(self.pipe, _PIPE_BYTES)
        self.answer += piece
        return not piece

    def result(self) -> _T:
        """Return what the work gave, or raised, once all has been read."""
        exit_code = self._wait()
        if exit_code:
            raise ProcessDiedError(self.name, exit_code)
        # Written by this very program a moment ago.
        result, error = pickle.loads(self.answer)  # noqa: S301
        if error is not None:
            raise error
        answer: _T = result
        return answer

    def stop(self) -> None:
        """End it; its result is no longer needed."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGTERM)
        self._wait()

    def _wait(self) -> int:
        os.close(self.pipe)
        return os.waitstatus_to_exitcode(os.waitpid(self.number, 0)[1])


# prctl(2)
_PR_SET_PDEATHSIG = 1


def _end_with(parent: int) -> None:
    """Make the kernel kill this process when its parent ends, for whatever reason."""
    with contextlib.suppress(OSError, AttributeError):  # Linux only; the pipe is enough elsewhere.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _answer(
    pipe: int,
    others: Sequence[int],
    parent: int,
    mask: _SignalMask,
    work: Callable[[], _T],
) -> NoReturn:
    """Run a forked process. It must never return into the code of its parent."""
    status = 1
    try:
        # With a copy of the reading end, a process would wait for ever for a dead reader.
        for each in others:
            os.close(each)
        _end_with(parent)
        # So that it leaves nothing behind when it is stopped.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        with os.fdopen(pipe, "wb") as stream:
            stream.write(_outcome(work))
        status = 0
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    finally:
        os._exit(status)


def _outcome(work: Callable[[], _T]) -> bytes:
    try:
        return pickle.dumps((work(), None))
    except Exception as error:
        if not isinstance(error, PlinthError):
            error.add_note(traceback.format_exc())
        try:
            return pickle.dumps((None, error))
        except Exception:
            return pickle.dumps((None, PlinthError(str(error))))
