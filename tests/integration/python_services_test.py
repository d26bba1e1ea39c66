"""Services in Python as teams have them, built in a module of their own: tests/e2e/python."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.container import Container
from tests.integration.nested_bazel import images_of_module

_LONGEST_START_S = 60.0


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Provide the directory of the images."""
    with images_of_module("tests/e2e/python", tmp_path_factory.mktemp("services")) as images:
        yield images


@pytest.mark.parametrize(("name", "printed"), [("flask", "42\n"), ("pandas", "{'a': 4, 'b': 2}\n")])
def test_a_program_with_wheels_does_its_work(built: Path, name: str, printed: str) -> None:
    ran = Container(str(built / name / "image")).run()
    assert (ran.stdout, ran.stderr) == (printed, "")


@pytest.mark.parametrize(
    ("name", "started"),
    [("fastapi", "Application startup complete"), ("django", "Booting worker with pid")],
)
def test_a_server_starts_by_its_console_script(built: Path, name: str, started: str) -> None:
    container = Container(str(built / name / "image"))
    process = container.start()
    try:
        assert started in _errors_until(process, started)
        time.sleep(1)
        assert process.poll() is None, "it has stayed up"
    finally:
        process.kill()
        process.communicate()


def test_the_image_s_own_interpreter_checks_its_health(built: Path) -> None:
    container = Container(str(built / "fastapi" / "image"))
    kind, *check = container.config["Healthcheck"]["Test"]
    assert kind == "CMD"
    process = container.start()
    try:
        _errors_until(process, "Application startup complete")
        assert container.execute(process, *check).returncode == 0
        unused = [argument.replace("8080", "8081") for argument in check]
        assert container.execute(process, *unused).returncode != 0
    finally:
        process.kill()
        process.communicate()


def _errors_until(process: subprocess.Popen[str], text: str) -> str:
    """Read a process's standard error up to a text, its end or the end of patience."""
    assert process.stderr
    written = b""
    end = time.monotonic() + _LONGEST_START_S
    while text.encode() not in written and time.monotonic() < end:
        ready, _, _ = select.select([process.stderr], [], [], 1)
        piece = os.read(process.stderr.fileno(), 1 << 16) if ready else b""
        if ready and not piece:
            break
        written += piece
    return written.decode()
