"""Bazel's persistent workers: a program that answers many requests, so that none must start it.

https://bazel.build/remote/creating and https://bazel.build/remote/multiplex: a request and a
response are JSON objects, one per line.
"""

from __future__ import annotations

import io
import os
import sys
from _thread import allocate_lock, start_new_thread  # `threading` takes longer to import
from itertools import chain

from tools.debian.errors import PlinthError
from tools.layer import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

    Run = Callable[[list[str], str], None]

_MOST_PROCESSES = 8
"""More requests at a time Bazel does not send to one worker (--worker_max_multiplex_instances)."""

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9


def work(run: Run, requests: IO[str], responses: IO[str]) -> None:
    """Answer requests until there are no more; several at a time, if Bazel multiplexes them.

    That saves more than start-up: Bazel waits for the response to a request that it does not
    multiplex in steps of 10 ms, and most actions take less.
    """
    first = requests.readline()
    if not first:
        return
    multiplexed = json_text.loads(first).get("requestId", 0)
    (_share if multiplexed else serve)(run, chain([first], requests), responses)


def serve(run: Run, requests: Iterable[str], responses: IO[str]) -> None:
    """Answer one request after the other with ``run``.

    ``run`` gets the arguments of a request, which are the lines of its params file, and what to
    call them in messages. What it prints becomes the output of the action.
    """
    for line in requests:
        request = json_text.loads(line)
        printed = io.StringIO()
        status = 0
        stderr, sys.stderr = sys.stderr, printed
        try:
            run(request["arguments"], "params")
        except (PlinthError, OSError) as error:
            printed.write(f"error: {error}\n")
            status = 1
        finally:
            sys.stderr = stderr
        response = {
            "exitCode": status,
            "output": printed.getvalue(),
            "requestId": request.get("requestId", 0),
        }
        responses.write(json_text.dumps(response) + "\n")
        responses.flush()


def _share(run: Run, requests: Iterator[str], responses: IO[str]) -> None:
    """Hand each request to a process that has none, and its response back.

    They are processes because threads would take turns at running Python.
    """
    processes = [_Process(run) for _ in range(min(len(os.sched_getaffinity(0)), _MOST_PROCESSES))]
    taking, answering = allocate_lock(), allocate_lock()

    def take() -> str | None:
        with taking:
            return next(requests, None)

    def relay(process: _Process, ended: LockType) -> None:
        try:
            for request in iter(take, None):
                response = process.answer(request)
                with answering:
                    responses.write(response)
                    responses.flush()
        except (EOFError, OSError):
            os._exit(1)  # the process has died, and said why; or nobody listens any more
        ended.release()

    relays = []
    for process in processes:
        ended = allocate_lock()
        ended.acquire()
        relays.append(ended)
        start_new_thread(relay, (process, ended))
    for ended in relays:
        ended.acquire()


class _Process:
    """A forked process that answers one request after the other."""

    def __init__(self, run: Run) -> None:
        self_requests, requests = os.pipe()
        responses, self_responses = os.pipe()
        parent = os.getpid()
        if os.fork() == 0:
            os.close(requests)
            os.close(responses)
            try:
                _end_with(parent)
                serve(run, _open(self_requests, "r"), _open(self_responses, "w"))
            except BaseException:
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(1)  # never into the code of the parent
        os.close(self_requests)
        os.close(self_responses)
        self._requests, self._responses = _open(requests, "w"), _open(responses, "r")

    def answer(self, request: str) -> str:
        """Pass a request on and wait for the response.

        Raises:
            EOFError, OSError: the process is no more.
        """
        self._requests.write(request)
        self._requests.flush()
        response = self._responses.readline()
        if not response:
            raise EOFError
        return response


def _open(descriptor: int, mode: str) -> IO[str]:
    return open(descriptor, mode, encoding="utf-8", errors="surrogateescape")


def _end_with(parent: int) -> None:
    """Let Linux kill this process as soon as its parent is dead.

    Bazel kills a worker whose build is interrupted. Nothing may write to the outputs then.
    """
    import ctypes  # noqa: PLC0415 - only where it is needed

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
