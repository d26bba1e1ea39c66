"""Work in several processes: what comes back, and what does not stay behind."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from tools.errors import FormatError, PlinthError
from tools.lock import processes
from tools.lock.processes import ProcessDiedError, work_on_all

NAMES = ["c", "a", "b", "e", "d"]


@pytest.fixture(autouse=True)
def several_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_processors", lambda: 3)


def test_results_come_in_the_order_of_the_names() -> None:
    def work(name: str) -> tuple[str, int]:
        time.sleep(0.02 * (ord("e") - ord(name)))
        return name * 100_000, os.getpid()

    results = work_on_all(NAMES, work)
    assert [(name, text[0], len(text)) for name, (text, _) in results.items()] == [
        (name, name, 100_000) for name in NAMES
    ]
    assert os.getpid() not in {process for _, process in results.values()}


def test_one_thing_needs_no_other_process() -> None:
    assert work_on_all(["a"], lambda _: os.getpid()) == {"a": os.getpid()}


class OddError(PlinthError):
    """Is made with other arguments than its message."""

    def __init__(self, *, where: str, cause: PlinthError) -> None:
        self.where = where
        self.cause = cause
        super().__init__(f"{where}: {cause}")


def test_an_error_is_what_it_was_in_the_other_process() -> None:
    def work(name: str) -> None:
        # The one that is started first fails last.
        time.sleep(0.2 if name == "c" else 0)
        raise OddError(where=name, cause=FormatError("version", "_", "bad"))

    with pytest.raises(OddError) as caught:
        work_on_all(NAMES, work)
    assert str(caught.value) == 'c: invalid version "_": bad'
    assert isinstance(caught.value.cause, FormatError)
    assert (caught.value.where, caught.value.cause.problem) == ("c", "bad")


def test_a_mistake_of_ours_is_told_with_its_place() -> None:
    def work(_: str) -> None:
        raise ZeroDivisionError("oh")

    with pytest.raises(ZeroDivisionError) as caught:
        work_on_all(NAMES, work)
    assert "in work" in caught.value.__notes__[0]


def test_an_error_that_cannot_be_sent_is_told_all_the_same() -> None:
    def work(_: str) -> None:
        error = PlinthError("too much")
        error.args = (error.args[0], lambda: None)
        raise error

    with pytest.raises(PlinthError, match="too much"):
        work_on_all(NAMES, work)


def test_after_an_error_nothing_more_is_started(tmp_path: pathlib.Path) -> None:
    def work(name: str) -> None:
        (tmp_path / name).touch()
        raise PlinthError(name)

    with pytest.raises(PlinthError, match="c"):
        work_on_all(NAMES, work)
    assert len(list(tmp_path.iterdir())) <= 3


def test_a_process_that_is_killed() -> None:
    def work(name: str) -> None:
        if name == "a":
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ProcessDiedError, match=r"a: signal 9 killed .*\n.*memory") as caught:
        work_on_all(NAMES, work)
    assert caught.value.exit_code == -signal.SIGKILL


_INTERRUPTED = """
import pathlib, sys, time
from tools.lock import processes
processes._processors = lambda: 2

def work(name):
    try:
        pathlib.Path(name).touch()
        time.sleep(60)
    finally:
        pathlib.Path(name).unlink()

processes.work_on_all(["a", "b"], work)
"""


def test_ctrl_c_in_this_process_stops_the_others(tmp_path: pathlib.Path) -> None:
    root = pathlib.Path(processes.__file__).parents[2]
    program = subprocess.Popen(
        [sys.executable, "-c", _INTERRUPTED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(list(tmp_path.iterdir())) < 2:
        assert program.poll() is None
        time.sleep(0.01)
    program.send_signal(signal.SIGINT)
    _, told = program.communicate(timeout=10)
    assert list(tmp_path.iterdir()) == []
    # One traceback: that of the process that a person started.
    assert told.count("KeyboardInterrupt") == 1


_KILLED = """
import os, pathlib, sys, time
from tools.lock import processes
processes._processors = lambda: 4

def work(name):
    pathlib.Path(name).write_text(str(os.getpid()))
    if name != "last":
        return name * 1_000_000  # More than a pipe holds: it waits for a reader.
    while True:
        time.sleep(0.01)

# Without a reader: the parent is stopped as soon as all have started.
processes.select.select = lambda *_: time.sleep(60)
processes.work_on_all(["a", "b", "c", "last"], work)
"""


def test_a_parent_that_is_killed_leaves_no_process_behind(tmp_path: pathlib.Path) -> None:
    root = pathlib.Path(processes.__file__).parents[2]
    program = subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
    )
    while len([path for path in tmp_path.iterdir() if path.read_text()]) < 4:
        assert program.poll() is None
        time.sleep(0.01)
    program.kill()
    program.wait()
    deadline = time.monotonic() + 10
    children = [int(path.read_text()) for path in tmp_path.iterdir()]
    while any(_is_running(child) for child in children):
        assert time.monotonic() < deadline, "a process sleeps for ever"
        time.sleep(0.01)


def _is_running(process: int) -> bool:
    try:
        status = pathlib.Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    # proc_pid_stat(5): the state follows the name; a zombie has ended.
    return status.rpartition(")")[2].split()[0] != "Z"
