"""The sliced image does what the whole one does, and is much smaller."""

from __future__ import annotations

import os

import pytest

from tests.container.container import Container
from tests.container.rootfs import as_built, read_layout
from tests.examples.slices.workload import exercise
from tools.inspect.trace import FileWatch

RUNFILES = os.environ["RUNFILES_DIR"]
FULL = os.path.join(RUNFILES, os.environ["FULL"])
SLICED = os.path.join(RUNFILES, os.environ["SLICED"])


@pytest.fixture(scope="module")
def whole() -> Container:
    return Container(FULL)


@pytest.fixture(scope="module")
def sliced() -> Container:
    return Container(SLICED)


def size(layout: str) -> int:
    """Compressed bytes."""
    return sum(layer["size"] for layer in read_layout(as_built(layout)).manifest["layers"])


def test_it_does_the_same_and_lacks_nothing_that_the_whole_opens(
    whole: Container, sliced: Container
) -> None:
    with FileWatch(whole.root) as watch:
        expected = exercise(whole)
    assert expected["served"].splitlines() == [
        "listening on port 8080",
        "HTTP/1.0 200 OK",
        "HTTP/1.0 200 OK",
        "HTTP/1.0 200 OK",
        "HTTP/1.0 404 Not Found",
        "stopped 0",
    ]
    assert exercise(sliced) == expected
    assert len(watch.opened) > 100
    missing = {
        path for path in watch.opened if not os.path.lexists(os.path.join(sliced.root, path))
    }
    assert missing == set()


def test_the_watch_sees_through_namespaces() -> None:
    container = Container(SLICED)
    with FileWatch(container.root) as watch:
        container.run("--once")
    assert "usr/bin/python3.13" in watch.opened
    assert "app/status_page/__main__.py" in watch.opened
    assert "usr/lib/python3.13/tarfile.py" not in watch.opened


def test_eleven_megabytes_are_enough() -> None:
    assert size(SLICED) <= 11_000_000
    assert size(SLICED) < 0.7 * size(FULL)
