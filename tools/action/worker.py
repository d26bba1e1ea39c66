"""Bazel's persistent workers: one program answers many requests, so that it starts once.

https://bazel.build/remote/creating and https://bazel.build/remote/multiplex describe them; the
numbers of fields are those of ``worker_protocol.proto`` in Bazel's sources.
"""

from __future__ import annotations

import io
import os
import sys
from itertools import chain

from tools.action import protocol
from tools.errors import PlinthError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Respond = Callable[[bytes], object]
    Run = Callable[[list[str], str], None]

ARGUMENTS, REQUEST_ID, SANDBOX_DIRECTORY = 1, 3, 6
"""Fields of a request."""

EXIT_CODE, OUTPUT, RESPONSE_ID = 1, 2, 3
"""Fields of a response."""

_REQUESTS, _RESPONSES = 0, 1  # file descriptors

_MOST_PROCESSES = 8
"""The most requests that Bazel sends to one worker at a time (--worker_max_multiplex_instances)."""

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9


def work(run: Run) -> None:
    """Answer requests until there are no more; several at a time, if Bazel multiplexes them.

    That saves more than start-up: Bazel waits for the response to a request that it does not
    multiplex in steps of 10 ms, and most actions take less.
    """
    reading, writing = _Turn(), _Turn()

    def take() -> bytes | None:
        with reading:
            return protocol.read(lambda size: os.read(_REQUESTS, size))

    def respond(response: bytes) -> None:
        with writing:
            while response:
                response = response[os.write(_RESPONSES, response) :]

    first = take()
    if first is None:
        return
    rest = iter(take, None)
    if dict(protocol.decode(first)).get(REQUEST_ID):
        _share(run, first, rest, respond)
    else:
        serve(run, chain([first], rest), respond)


def serve(run: Run, requests: Iterable[bytes], respond: Respond) -> None:
    """Answer one request after the other with ``run``.

    ``run`` gets the arguments of a request, which are the lines of its params file, and their name
    for messages. What it prints becomes the output of the action.
    """
    home = os.getcwd()
    for request in requests:
        fields = list(protocol.decode(request))
        arguments = [_text(value) for number, value in fields if number == ARGUMENTS]
        others = dict(fields)
        printed = io.StringIO()
        status = 0
        stderr, sys.stderr = sys.stderr, printed
        try:
            os.chdir(os.path.join(home, _text(others.get(SANDBOX_DIRECTORY, b""))))
            run(arguments, "params")
        except (PlinthError, OSError) as error:
            printed.write(f"error: {error}\n")
            status = 1
        except Exception:  # without this, Bazel would show bytes of the protocol
            sys.excepthook(*sys.exc_info())
            printed.write("error: this is a bug of Plinth's tools; please report it\n")
            status = 1
        finally:
            sys.stderr = stderr
        output = printed.getvalue().encode("utf-8", "surrogateescape")
        response = (
            (EXIT_CODE, status),
            (OUTPUT, output),
            (RESPONSE_ID, others.get(REQUEST_ID, 0)),
        )
        respond(protocol.encode(response))


def _share(run: Run, first: bytes, rest: Iterator[bytes], respond: Respond) -> None:
    """Let several processes serve: threads would take turns at running Python."""
    parent = os.getpid()
    processes = min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)
    for number in range(processes):
        if os.fork() == 0:
            status = 1
            try:
                _end_with(parent)
                serve(run, rest if number else chain([first], rest), respond)
                status = 0
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(status)  # never returns into the code of the parent
    for _ in range(processes):
        _, status = os.wait()
        if status:
            sys.exit(1)  # then all end


class _Turn:
    """A lock between processes: the holder has read the one byte of a pipe."""

    def __init__(self) -> None:
        self._taking, self._giving = os.pipe()
        self.__exit__()

    def __enter__(self) -> None:
        os.read(self._taking, 1)

    def __exit__(self, *_: object) -> None:
        os.write(self._giving, b".")


def _end_with(parent: int) -> None:
    """Let Linux kill this process as soon as its parent is dead.

    Bazel kills a worker whose build is interrupted. Then no process may write to the outputs.
    """
    import ctypes  # noqa: PLC0415 - only where it is needed

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _text(value: int | bytes) -> str:
    if isinstance(value, int):
        raise ValueError(f"{value} is not text")  # noqa: TRY004 - of a message
    return value.decode("utf-8", "surrogateescape")
