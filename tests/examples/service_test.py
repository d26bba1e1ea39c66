"""An example's image really starts, answers and stops. Every language is held to the same."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from collections.abc import Iterator

import pytest

from tests.container.container import Container
from tests.container.network import get
from tests.container.rootfs import as_built, read_layout
from tools.image.validate import find_problems

LAYOUT = os.path.join(os.environ["RUNFILES_DIR"], os.environ["IMAGE"])
GREETING = os.environ["GREETING"]
# Answered with the help of a third-party library; empty where greeting is all that there is.
JSON_PATH = os.environ["JSON_PATH"]
# How the history of the layers above the base begins, lowest first.
LAYERS = os.environ["LAYERS"].split("|")
LARGEST_MB = float(os.environ["LARGEST_MB"])
PORT = 8080


@pytest.fixture(scope="module")
def container() -> Container:
    return Container(LAYOUT)


@pytest.fixture
def service(container: Container) -> Iterator[subprocess.Popen[str]]:
    process = container.start()
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == f"listening on port {PORT}\n", process.stderr.read()
    yield process
    process.kill()
    process.communicate()


def test_is_healthy(service: subprocess.Popen[str]) -> None:
    answer = get(service, PORT, "/health")
    assert (answer.status, answer.body) == (200, "ok\n")


def test_greets(service: subprocess.Popen[str]) -> None:
    answer = get(service, PORT, "/")
    assert (answer.status, answer.content_type.lower()) == (200, "text/plain; charset=utf-8")
    assert GREETING in answer.body


if JSON_PATH:

    def test_tells_programs(service: subprocess.Popen[str]) -> None:
        answer = get(service, PORT, JSON_PATH)
        assert (answer.status, answer.content_type) == (200, "application/json")
        assert json.loads(answer.body)["version"]


def test_knows_nothing_else(service: subprocess.Popen[str]) -> None:
    assert get(service, PORT, "/nothing").status == 404


def test_stops_when_told(service: subprocess.Popen[str]) -> None:
    # As `docker stop` and the kubelet do.
    assert get(service, PORT, "/health").status == 200
    service.send_signal(signal.SIGTERM)
    output, errors = service.communicate(timeout=10)
    assert (output, service.returncode) == ("stopped\n", 0), errors


def test_runs_as_nonroot(container: Container) -> None:
    # What the files' owner is not, and others may not write.
    assert container.config["User"] == "65532"
    for directory, _, names in os.walk(os.path.join(container.root, "app")):
        for name in names:
            mode = os.lstat(os.path.join(directory, name)).st_mode
            assert stat.S_ISLNK(mode) or not mode & stat.S_IWOTH


def test_has_no_shell(container: Container) -> None:
    for shell in ("/bin/sh", "/bin/bash", "/bin/dash", "/usr/bin/busybox"):
        with pytest.raises(FileNotFoundError):
            container.start("-c", "true", entrypoint=[shell])


def test_is_a_valid_image_layout() -> None:
    assert find_problems(as_built(LAYOUT)) == []


def test_an_edit_moves_the_application_alone() -> None:
    history = [entry["created_by"] for entry in read_layout(LAYOUT).config["history"]]
    for created_by, start in zip(history[-len(LAYERS) :], LAYERS, strict=True):
        assert created_by.startswith(start)


def test_is_small() -> None:
    size_bytes = sum(layer["size"] for layer in read_layout(LAYOUT).manifest["layers"])
    assert size_bytes < LARGEST_MB * 1_000_000
