"""A real run of the program, killed or interrupted wherever it may hurt; and several at once."""

from __future__ import annotations

import hashlib
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive
from tools.lock import cli

# Runs the program, which sends itself a signal the first time that it gets to a certain place. As
# a leader of a group of processes, so that all of them get it, as they do from a terminal.
_PROGRAM = """
import os, signal, sys
from tools.lock import cli, effects, fetch_indexes, processes
from tools.lock.lockfile import lockfile
from tools.fetch import cache, download

place, number = sys.argv[1], int(sys.argv[2])
module, _, name = place.rpartition(".")
module = eval(module) if module else None

def hit(*args, **kwargs):
    try:
        os.mkdir("hit")
    except FileExistsError:
        pass
    else:
        os.killpg(os.getpgrp(), number)
    return original(*args, **kwargs)

if module:
    original = getattr(module, name)
    setattr(module, name, hit)
sys.exit(cli.main(sys.argv[3:]))
"""

PLACES = [
    "fetch_indexes.read_suite",
    "fetch_indexes._fetch_index",
    "download._Check.finish",
    "processes._answer",
    "fetch_indexes._add",
    "cache.Cache.put",
    "os.replace",
    "lockfile.format_lock",
    "os.fsync",
]


class Killable(Project):
    """A project whose program runs in a process of its own."""

    def start(
        self, place: str = "", number: int = 0, lock_file: str = "l.json"
    ) -> subprocess.Popen[str]:
        """Start the program, which gets a signal at a place."""
        root = pathlib.Path(cli.__file__).parents[2]
        return subprocess.Popen(
            [
                *(sys.executable, "-c", _PROGRAM, place, str(number)),
                *("--manifest", "m.yaml", "--lock", lock_file, "--quiet"),
            ],
            cwd=self.directory,
            env={
                **os.environ,
                "BUILD_WORKSPACE_DIRECTORY": str(self.directory),
                "PLINTH_CACHE": str(self.directory / "cache"),
                "PYTHONPATH": os.pathsep.join([str(root), *sys.path]),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def damaged(self) -> Iterator[str]:
        """Files of the cache that are not what their names say."""
        for path in (self.directory / "cache").glob("[!.]*"):
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
                yield path.name


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Killable:
    """Provide a lock that the next run would change."""
    archive = TinyArchive(str(tmp_path / "archive"), architectures=("amd64", "arm64"))
    archive.add("app", depends="lib")
    archive.add("lib")
    archive.publish()
    made = Killable(tmp_path, archive)
    made.write()
    made.run("--quiet")
    archive.add("lib", "2.0", description="x" * 300_000)
    archive.publish()
    return made


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("place", PLACES)
def test_wherever_it_is_stopped(project: Killable, place: str, number: signal.Signals) -> None:
    old = (project.directory / "l.json").read_bytes()
    stopped = project.start(place, number)
    _, told = stopped.communicate(timeout=30)
    if number == signal.SIGINT:
        assert (stopped.returncode, told) == (130, "\ninterrupted; the lock is unchanged\n")
    else:
        assert (stopped.returncode, told) == (-number, "")
    assert (project.directory / "l.json").read_bytes() == old
    assert list(project.damaged()) == []
    if number == signal.SIGINT:
        # Next to the lock. In the cache there may be something of a process that was not waited
        # for; it goes with what is pruned.
        left = [path for path in project.directory.glob(".*") if path.is_file()]
        assert left == []

    project.run("--quiet")
    assert project.versions() == {"app": "1.0", "lib": "2.0"}


def test_whenever_it_is_killed(project: Killable) -> None:
    old = (project.directory / "l.json").read_bytes()
    started = time.monotonic()
    assert project.start(lock_file="whole.json").wait(30) == 0
    seconds = time.monotonic() - started
    new = (project.directory / "whole.json").read_bytes()
    for step in range(12):
        process = project.start()
        time.sleep(seconds * step / 11)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert (project.directory / "l.json").read_bytes() in (old, new)
        assert list(project.damaged()) == []


def test_several_at_once_share_a_cache(project: Killable) -> None:
    running = [project.start(lock_file=f"{number}.json") for number in range(6)]
    for process in running:
        _, told = process.communicate(timeout=60)
        assert (process.returncode, told) == (0, "")
    texts = {(project.directory / f"{number}.json").read_bytes() for number in range(6)}
    assert len(texts) == 1
    assert list(project.damaged()) == []
    assert not list((project.directory / "cache").glob(".*"))
