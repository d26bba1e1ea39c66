"""The probe in a container: what is healthy, what is not, and what it says."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container

_PROBE = "/usr/local/bin/probe"
_LONGEST_START_S = 60.0


def _container(variable: str) -> Container:
    return Container(os.path.join(os.environ["RUNFILES_DIR"], os.environ[variable]))


class Service:
    """The started service."""

    def __init__(self) -> None:
        self._container = _container("IMAGE")
        kind, *self.check = self._container.config["Healthcheck"]["Test"]
        assert kind == "CMD"
        self.process = self._container.start()

    def be(self, status: int) -> None:
        """Make the service as healthy as a status of HTTP says."""
        health = Path(self._container.root, "tmp/health")
        if health.exists() and health.read_text() != str(status):
            health.write_text(str(status))
            time.sleep(0.5)

    def probe(self, *arguments: str) -> tuple[int, str]:
        """Run the probe in the container: its exit status, and what it says."""
        done = self._container.execute(self.process, _PROBE, *arguments)
        assert done.stderr == ""
        return done.returncode, done.stdout.strip()

    def becomes_healthy(self) -> bool:
        """Wait for the health check of the image, as Docker does."""
        end = time.monotonic() + _LONGEST_START_S
        while time.monotonic() < end:
            if self._container.execute(self.process, *self.check).returncode == 0:
                return True
            time.sleep(0.1)
        return False


@pytest.fixture(scope="module")
def started() -> Iterator[Service]:
    service = Service()
    try:
        yield service
    finally:
        service.process.kill()
        service.process.communicate()


@pytest.fixture
def service(started: Service) -> Iterator[Service]:
    assert started.becomes_healthy()
    yield started
    started.be(200)


def test_an_image_becomes_healthy_and_unhealthy(service: Service) -> None:
    assert service.probe(*service.check[1:]) == (0, "http://localhost:8080/health: status 200")
    service.be(503)
    assert service.probe(*service.check[1:]) == (1, "http://localhost:8080/health: status 503")
    assert service.probe("grpc://localhost:50051") == (1, "grpc://localhost:50051: NOT_SERVING")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:8080/elsewhere", "status 302"),
        ("http://127.0.0.1:8080", "status 302"),
        ("http://127.0.0.1:8080/endless", "status 200"),
        ("tcp://localhost:8080", "accepts connections"),
        ("grpc://localhost:50051", "SERVING"),
        ("grpc://127.0.0.1:50051/", "SERVING"),
    ],
)
def test_what_is_healthy(service: Service, url: str, says: str) -> None:
    assert service.probe(url) == (0, f"{url}: {says}")


_NO_HEALTH = (
    "no health status: the server has no grpc.health.v1.Health, or does not know the service"
)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://localhost:81/", "nothing listens there"),
        ("http://[::1]:8080/", "nothing listens there"),
        ("http://localhost:8080/slow", "no answer in time"),
        ("http://localhost:50051/", "the answer is not HTTP"),
        ("tcp://127.0.0.2:9", "nothing listens there"),
        ("grpc://localhost:50051/shop.Orders", "NOT_SERVING"),
        ("grpc://localhost:50051/shop", "UNKNOWN, or the server does not know the service"),
        ("grpc://localhost:50051/" + "s" * 101, "the name is too long"),
        ("grpc://localhost:50052", _NO_HEALTH),
        ("grpc://localhost:8080", "the answer is not HTTP/2"),
        ("https://localhost/", "TLS is not supported: probe a port without it, or with tcp://"),
        ("localhost:8080", "it begins with http://, tcp:// or grpc://"),
        ("tcp://localhost", "write the port: a number from 1 to 65535"),
        ("tcp://localhost:65536", "write the port: a number from 1 to 65535"),
        ("tcp://localhost:80/x", "tcp:// has no path"),
        ("tcp://localhost:80x", "after the host and the port comes a path"),
        ("http://10.0.0.1/", "the host is the container itself: localhost, 127.0.0.1 or [::1]"),
        ("http://127.0.0.1.example/", "after the host and the port comes a path"),
        ("http://localhost/a b", "write spaces and special characters as %20"),
    ],
)
def test_what_is_not(service: Service, url: str, says: str) -> None:
    assert service.probe("--timeout=2", url) == (1, f"{url}: {says}")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--timeout=0", "tcp://localhost:1"]])
def test_how_it_is_used(arguments: list[str]) -> None:
    done = _container("STATIC_IMAGE").run(*arguments)
    assert done.returncode == 1
    assert done.stdout.startswith("usage: probe [--timeout=SECONDS] URL\n")
