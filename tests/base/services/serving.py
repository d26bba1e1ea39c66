"""A service of the catalogue at work, in a container that lets its user do no more than it may."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from tests.container.container import Container
from tests.container.network import connect
from tests.container.owned_container import OwnedContainer

_START, _STOP = 120.0, 60.0


@dataclass
class Service:
    """A service that was started.

    Attributes:
        process: it.
        port: where it listens.
        status: its exit status, once it has ended.
    """

    process: subprocess.Popen[str]
    port: int
    _log: IO[str]
    status: int | None = None

    @property
    def log(self) -> str:
        """What it has printed so far, on both streams."""
        descriptor = self._log.fileno()
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode("utf-8", "replace")

    def ask(self, request: bytes, end: bytes = b"\n") -> bytes:
        """Send something over a new connection, and read up to what ends the answer."""
        with connect(self.process, self.port) as connection:
            connection.sendall(request)
            answer = b""
            while not answer.endswith(end):
                part = connection.recv(65536)
                if not part:
                    break
                answer += part
            return answer


def open_image(variable: str = "IMAGE") -> Container:
    """Unpack the image whose layout an environment variable names.

    With ``OWNERS`` in the environment, its files have the owners that the image gives them.
    """
    layout = os.path.join(os.environ["RUNFILES_DIR"], os.environ[variable])
    return OwnedContainer(layout) if "OWNERS" in os.environ else Container(layout, strict=True)


def give(container: Container, name: str, text: str) -> str:
    """Write a file into the container's /tmp; its path in there."""
    path = f"/tmp/{name}"  # noqa: S108 - that of the container
    with open(container.root + path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


@contextmanager
def serving(
    container: Container, port: int, *arguments: str, ready: str = "", **environment: str
) -> Iterator[Service]:
    """Start the image as it is, wait until it answers, and stop it as a runtime does.

    Args:
        container: of the image.
        port: where it will listen.
        *arguments: in place of the image's own.
        ready: a regular expression for what it logs when it can answer; listening is not enough
            for all.
        **environment: in addition to the image's own.

    Raises:
        AssertionError: it ends by itself, does not listen, or does not stop.
    """
    log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - read when it has ended
    process = container.start(*arguments, output=log, environment=environment)
    service = Service(process, port, log)
    try:
        _wait(service, ready)
        yield service
        process.send_signal(signal.Signals[container.config.get("StopSignal", "SIGTERM")])
        service.status = process.wait(_STOP)
    finally:
        process.kill()
        process.wait()


def _wait(service: Service, ready: str) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        assert service.process.poll() is None, service.log
        with suppress(OSError):
            if re.search(ready, service.log, re.DOTALL):
                return connect(service.process, service.port).close()
        time.sleep(0.1)
    raise AssertionError(f"no program listens at {service.port}:\n{service.log}")
