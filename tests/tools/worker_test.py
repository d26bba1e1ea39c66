"""A persistent worker answers requests as an action of its own would."""

from __future__ import annotations

import io
import json
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.workbench import interpreter
from tools.__main__ import run_action
from tools.worker import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Worker = subprocess.Popen[str]


def answers(*requests: dict[str, Any]) -> list[dict[str, Any]]:
    responses = io.StringIO()
    serve(run_action, [json.dumps(request) for request in requests], responses)
    return [json.loads(line) for line in responses.getvalue().splitlines()]


def arguments(directory: Path, name: str) -> list[str]:
    params = {
        "os_release": {"ID": name},
        "out_segment": str(directory / f"{name}.segment"),
        "out_facts": str(directory / f"{name}.json"),
    }
    return ["os-release-fragment", *(json.dumps({key: params[key]}) for key in params)]


def test_one_process_does_many_actions(tmp_path: Path) -> None:
    names = ["debian", "ubuntu"]
    assert answers(*({"arguments": arguments(tmp_path, name)} for name in names)) == [
        {"exitCode": 0, "output": "", "requestId": 0}
    ] * len(names)
    for name in names:
        assert (tmp_path / f"{name}.segment").stat().st_size


def test_an_error_is_told_and_the_worker_goes_on(tmp_path: Path) -> None:
    bad, good = answers(
        {"arguments": ["layer", '{"colour": "red"}'], "requestId": 7},
        {"arguments": arguments(tmp_path, "debian")},
    )
    assert bad["exitCode"] == 1
    assert bad["requestId"] == 7
    assert bad["output"] == "error: params: unknown key 'colour'\n"
    assert good["exitCode"] == 0


THE_PROGRAM = """\
import sys
from tools.__main__ import main
sys.exit(main(["--persistent_worker"]))
"""

SLOW_PROGRAM = """\
import os, sys, time
from tools.worker import work

def run(arguments, source):
    kind, mine, *others = arguments
    if kind == "crash":
        raise RuntimeError("a bug")
    with open(mine + ".new", "w") as stream:
        stream.write(str(os.getpid()))
    os.rename(mine + ".new", mine)
    while not all(map(os.path.exists, others)):
        time.sleep(0.01)

work(run, sys.stdin, sys.stdout)
"""
"""Its actions write their process to a file, and end when other files are there."""


@pytest.fixture
def worker(request: pytest.FixtureRequest) -> Iterator[Worker]:
    with subprocess.Popen(
        [*interpreter(), "-c", request.param],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def send(worker: Worker, *requests: list[str]) -> None:
    """Send requests numbered from 1, all at once, as Bazel does when it multiplexes."""
    assert worker.stdin
    for number, request in enumerate(requests, 1):
        worker.stdin.write(json.dumps({"arguments": request, "requestId": number}) + "\n")
    worker.stdin.flush()


def responses(worker: Worker, number: int) -> list[dict[str, Any]]:
    assert worker.stdout
    found = [json.loads(worker.stdout.readline()) for _ in range(number)]
    return sorted(found, key=lambda response: int(response["requestId"]))


@pytest.mark.parametrize("worker", [THE_PROGRAM], indirect=True)
def test_multiplexed_requests_give_the_same(worker: Worker, tmp_path: Path) -> None:
    names = [f"debian{number}" for number in range(20)]
    (tmp_path / "alone").mkdir()
    answers(*({"arguments": arguments(tmp_path / "alone", name)} for name in names))

    send(worker, *(arguments(tmp_path, name) for name in names), ["layer", '{"colour": "red"}'])
    *good, bad = responses(worker, 21)
    assert good == [{"exitCode": 0, "output": "", "requestId": n} for n in range(1, 21)]
    assert bad == {
        "exitCode": 1,
        "output": "error: params: unknown key 'colour'\n",
        "requestId": 21,
    }
    for file in (tmp_path / "alone").iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()

    worker.communicate()
    assert worker.returncode == 0


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")
@pytest.mark.parametrize("worker", [SLOW_PROGRAM], indirect=True)
def test_multiplexed_requests_run_at_the_same_time(worker: Worker, tmp_path: Path) -> None:
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    send(worker, ["wait", one, other], ["wait", other, one])
    assert [response["exitCode"] for response in responses(worker, 2)] == [0, 0]


@pytest.mark.parametrize("worker", [SLOW_PROGRAM], indirect=True)
def test_all_ends_with_an_action_that_crashes(worker: Worker) -> None:
    send(worker, ["crash", ""])
    _, messages = worker.communicate(timeout=30)
    assert "RuntimeError: a bug" in messages
    assert worker.returncode == 1


@pytest.mark.parametrize("worker", [SLOW_PROGRAM], indirect=True)
def test_no_action_outlives_its_worker(worker: Worker, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    send(worker, ["wait", str(mine), str(tmp_path / "never")])
    wait_for(mine.exists)
    process = f"/proc/{mine.read_text()}"
    assert os.path.exists(process)
    worker.kill()
    worker.wait()
    # Whoever inherits the dead may not have buried it yet.
    wait_for(lambda: not os.path.exists(f"{process}/exe"))


def wait_for(condition: Any) -> None:
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)
