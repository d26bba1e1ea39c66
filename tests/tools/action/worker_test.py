"""A persistent worker answers requests as an action of its own would."""

from __future__ import annotations

import io
import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tools.action.worker_client import Response, read_response, request
from tests.tools.workbench import interpreter
from tools.action import protocol
from tools.action.program import run_action
from tools.action.worker import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Worker = subprocess.Popen[bytes]


def answers(*requests: bytes) -> list[Response]:
    """Return what one process answers."""
    sent = io.BytesIO(b"".join(requests))
    messages = iter(lambda: protocol.read(sent.read), None)
    received = io.BytesIO()
    serve(run_action, (message for message in messages if message), received.write)
    received.seek(0)
    return [read_response(received.read) for _ in requests]


def arguments(directory: Path, name: str) -> list[str]:
    params = {
        "os_release": {"ID": name},
        "out_segment": str(directory / f"{name}.segment"),
        "out_facts": str(directory / f"{name}.json"),
    }
    return ["os-release-fragment", *(json.dumps({key: params[key]}) for key in params)]


def test_one_process_does_many_actions(tmp_path: Path) -> None:
    names = ["debian", "ubuntu"]
    assert answers(*(request(arguments(tmp_path, name)) for name in names)) == [
        Response(number=0, exit_code=0, output="")
    ] * len(names)
    for name in names:
        assert (tmp_path / f"{name}.segment").stat().st_size


def test_an_error_is_told_and_the_worker_goes_on(tmp_path: Path) -> None:
    bad, good = answers(
        request(["layer", '{"colour": "red"}'], number=7), request(arguments(tmp_path, "debian"))
    )
    assert bad == Response(7, 1, "error: params: unknown key 'colour'\n")
    assert good.exit_code == 0


def test_paths_are_those_of_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "other"):
        (tmp_path / "sandboxes" / name).mkdir(parents=True)
    found = answers(
        request(arguments(Path(), "debian"), sandbox="sandboxes/one"),
        request(arguments(Path(), "debian"), sandbox="sandboxes/other"),
        request(arguments(Path(), "ubuntu")),
    )
    assert [response.output for response in found] == [""] * 3
    for path in ("sandboxes/one/debian", "sandboxes/other/debian", "ubuntu"):
        assert (tmp_path / f"{path}.segment").exists()


THE_PROGRAM = """\
import sys
from tools.action.program import main
sys.exit(main(["--persistent_worker"]))
"""

SLOW_PROGRAM = """\
import os, sys, time
from tools.action.worker import work

def run(arguments, source):
    kind, mine, *others = arguments
    if kind == "crash":
        raise RuntimeError("a bug")
    with open(mine + ".new", "w") as stream:
        stream.write(str(os.getpid()))
    os.rename(mine + ".new", mine)
    while not all(map(os.path.exists, others)):
        time.sleep(0.01)

work(run)
"""
"""Its actions write their process to a file, and end when other files are there."""


@pytest.fixture
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    with subprocess.Popen(
        [*interpreter(), "-c", request.param],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process
        process.kill()


def send(worker: Worker, *requests: list[str]) -> None:
    """Send requests numbered from 1, all at once, as Bazel does when it multiplexes."""
    assert worker.stdin
    for number, arguments in enumerate(requests, 1):
        worker.stdin.write(request(arguments, number))
    worker.stdin.flush()


def receive(worker: Worker, number: int) -> list[Response]:
    """As many responses, in the order of the requests."""
    assert worker.stdout
    return sorted(read_response(worker.stdout.read) for _ in range(number))


@pytest.mark.parametrize("worker", [THE_PROGRAM], indirect=True)
def test_multiplexed_requests_give_the_same(worker: Worker, tmp_path: Path) -> None:
    names = [f"debian{number}" for number in range(20)]
    (tmp_path / "alone").mkdir()
    answers(*(request(arguments(tmp_path / "alone", name)) for name in names))

    send(worker, *(arguments(tmp_path, name) for name in names), ["layer", '{"colour": "red"}'])
    *good, bad = receive(worker, 21)
    assert good == [Response(number, exit_code=0, output="") for number in range(1, 21)]
    assert bad == Response(21, 1, "error: params: unknown key 'colour'\n")
    for file in (tmp_path / "alone").iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()

    worker.communicate()
    assert worker.returncode == 0


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")
@pytest.mark.parametrize("worker", [SLOW_PROGRAM], indirect=True)
def test_multiplexed_requests_run_at_the_same_time(worker: Worker, tmp_path: Path) -> None:
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    send(worker, ["wait", one, other], ["wait", other, one])
    assert [response.exit_code for response in receive(worker, 2)] == [0, 0]


@pytest.mark.parametrize("worker", [SLOW_PROGRAM], indirect=True)
def test_a_bug_is_shown_and_the_worker_goes_on(worker: Worker, tmp_path: Path) -> None:
    send(worker, ["crash", ""], ["wait", str(tmp_path / "mine")])
    bad, good = receive(worker, 2)
    assert bad.exit_code == 1
    assert bad.output.startswith("Traceback (most recent call last):")
    assert bad.output.endswith(
        "RuntimeError: a bug\nerror: this is a bug of Plinth's tools; please report it\n"
    )
    assert good.exit_code == 0


@pytest.mark.parametrize("worker", [SLOW_PROGRAM], indirect=True)
def test_no_action_outlives_its_worker(worker: Worker, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    send(worker, ["wait", str(mine), str(tmp_path / "never")])
    wait_for(mine.exists)
    process = f"/proc/{mine.read_text()}"
    assert os.path.exists(process)
    worker.kill()
    worker.wait()
    # The process that inherits it may not have waited for it yet.
    wait_for(lambda: not os.path.exists(f"{process}/exe"))


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)
