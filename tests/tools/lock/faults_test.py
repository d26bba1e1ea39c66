"""What is left when making a lock is killed, has no room, or runs in odd places.

``PLINTH_KILLS`` is how often it is killed; many times it is done by
``./bazelw test --config=exhaustive //tests/exhaustive:lock_faults_test``.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import os
import shutil
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pysequoia
import pytest

from tests.faults.child import Child
from tests.faults.clock import set_clock
from tests.faults.disk import CANNOT_MOUNT, mounted
from tests.faults.storm import storm
from tests.faults.users import NOBODY, as_nobody, may_be_another, shared_directory
from tests.tools.deb_builder import Deb
from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive, new_key
from tools.lock import commands
from tools.lock.cli import main


class Place:
    """A manifest, a lock of it that the next run changes, and a cache, in a directory."""

    def __init__(
        self, directory: Path, *, detached: bool = False, key: pysequoia.Tsk | None = None
    ) -> None:
        directory.mkdir(exist_ok=True)
        self.directory = directory
        self.lock = directory / "l.json"
        self.cache = directory / "cache"
        archive = TinyArchive(
            str(directory / "archive"),
            key or new_key(),
            architectures=("amd64", "arm64"),
            detached=detached,
        )
        self.archive = archive
        script = Deb(name="app", version="1.0", scripts=("postinst",), architecture="all")
        archive.add("app", depends="lib", deb=script.build())
        archive.add("lib", deb=Deb(name="lib", version="1.0", architecture="all").build())
        archive.publish()
        self.project = Project(directory, archive)
        self.project.write(more="effects: true\n")
        self.project.run("--quiet")
        self.old = self.lock.read_bytes()
        archive.add(
            "lib",
            "2.0",
            deb=Deb(name="lib", version="2.0", architecture="all").build(),
            description="x" * 300_000,
        )
        archive.publish()
        self.project.run("--quiet")
        self.new = self.lock.read_bytes()
        assert self.old != self.new
        self.reset()

    def reset(self, *, locked: bool = True) -> None:
        """Make all as it was before the last run."""
        shutil.rmtree(self.cache, ignore_errors=True)
        self.lock.unlink(missing_ok=True)
        if locked:
            self.lock.write_bytes(self.old)

    def main(self, *arguments: str) -> int:
        """Make the lock; return the exit status."""
        environment = {
            "BUILD_WORKSPACE_DIRECTORY": str(self.directory),
            "PLINTH_CACHE": str(self.cache),
        }
        files = ("--manifest", "m.yaml", "--lock", self.lock.name)
        return main([*files, "--quiet", *arguments], environment=environment)

    def run(self, *arguments: str, last_step: int = 0) -> Child:
        """Do the same in another process."""
        return Child(self.directory / "log", lambda: self.main(*arguments), last_step)

    def damaged(self) -> list[str]:
        """List files of the cache that are not what their names say; unfinished ones have none."""
        found = []
        for path in self.cache.glob("[!.]*"):
            content = path.read_bytes()
            digest = path.name
            if "." in path.name:
                # What is not named by its digest begins with it.
                line, _, content = content.partition(b"\n")
                digest = line.decode()
            if hashlib.sha256(content).hexdigest() != digest:
                found.append(path.name)
        return found


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Make a directory whose path has spaces, quotes and letters of several languages."""
    made = tmp_path / 'ein Ordner, l\'été 東京 "x"'
    made.mkdir()
    return made


@pytest.mark.parametrize(
    ("locked", "detached"),
    [(True, False), (False, True)],
    ids=["next lock, InRelease", "first lock, Release.gpg"],
)
def test_a_lock_that_is_killed(directory: Path, *, locked: bool, detached: bool) -> None:
    place = Place(directory, detached=detached)
    before = place.old if locked else None
    reset = functools.partial(place.reset, locked=locked)
    for _ in storm(lambda step: place.run(last_step=step), reset, seed=1):
        left = place.lock.read_bytes() if place.lock.exists() else None
        assert left in (before, place.new)
        assert place.damaged() == []
        # With what is left in the cache.
        for arguments in ((), ("--verify",)):
            status, said = place.run(*arguments).wait()
            assert status == 0, said
        assert place.lock.read_bytes() == place.new


def test_what_a_killed_one_has_left_beside_the_lock_goes(directory: Path) -> None:
    place = Place(directory)
    left, under_way = (directory / f".l.json.{digits}" for digits in ("0123abcd", "89abcdef"))
    for path in (left, under_way):
        path.touch()
    two_hours_ago = time.time() - 7200
    os.utime(left, (two_hours_ago, two_hours_ago))
    assert place.run().wait()[0] == 0
    assert not left.exists()
    assert under_way.exists()


# No room, no permission.


def on(options: str, disk: Path, place: Place) -> tuple[int, str]:
    """Make a lock while a directory is a file system that takes nothing."""
    child = Child(place.directory / "log", lambda: mounted(options, disk, place.main))
    return child.wait()


@pytest.mark.parametrize("options", ["size=4k", "nr_inodes=1", "ro"])
def test_a_cache_that_takes_nothing(directory: Path, options: str) -> None:
    place = Place(directory)
    place.cache.mkdir()
    status, said = on(options, place.cache, place)
    if status == CANNOT_MOUNT:
        # Where a sandbox permits no mount, a file in the place of the directory replaces it.
        place.cache.rmdir()
        place.cache.touch()
        status, said = place.run().wait()
    assert status == 0, said
    assert place.lock.read_bytes() == place.new


@pytest.mark.parametrize("options", ["size=4k", "ro"])
def test_a_lock_for_which_there_is_no_room(directory: Path, options: str) -> None:
    place = Place(directory)
    disk = directory / "small disk"
    disk.mkdir()
    # Next to the lock, so that there is nothing left to take.
    for name in ("m.yaml", "tiny.asc"):
        shutil.copy(directory / name, disk)
    place.lock = disk / "l.json"

    def fill() -> int:
        if options != "ro":
            place.lock.write_bytes(b"old")
        before = sorted(os.listdir(disk))
        status = main(
            ["--manifest", "m.yaml", "--lock", "small disk/l.json", "--quiet"],
            environment={"BUILD_WORKSPACE_DIRECTORY": str(directory), "PLINTH_CACHE": ""},
        )
        assert sorted(os.listdir(disk)) == before
        return status

    child = Child(directory / "log", lambda: mounted(options, disk, fill))
    status, said = child.wait()
    if status == CANNOT_MOUNT:
        shutil.rmtree(disk)
        status, said = place.run("--lock", "small disk/l.json").wait()
    assert status == 1, said
    *_, first, last = said.strip().splitlines()
    assert first.startswith(f"error: {place.lock}: cannot write it: "), said
    assert last == "  Make room there, or make its directory writable."


@pytest.mark.parametrize("what", ["shortened", "emptied", "other"])
@pytest.mark.parametrize("detached", [False, True], ids=["InRelease", "Release.gpg"])
def test_what_is_damaged_in_the_cache_is_not_believed(
    directory: Path, what: str, *, detached: bool
) -> None:
    place = Place(directory, detached=detached)
    assert place.run().wait()[0] == 0
    for path in place.cache.iterdir():
        content = path.read_bytes()
        path.write_bytes(
            {"shortened": content[:-40], "emptied": b"", "other": b"x" * len(content)}[what]
        )
    for arguments in (("--verify",), ()):
        status, said = place.run(*arguments).wait()
        assert status == 0, said
        place.lock.write_bytes(place.old)
    status, said = place.run().wait()
    assert status == 0, said
    assert place.lock.read_bytes() == place.new


# When, where, and who.


@pytest.mark.parametrize(("years", "problem"), [(-10, "from the future"), (10, "it expired on")])
def test_a_clock_that_is_years_off(directory: Path, years: int, problem: str) -> None:
    place = Place(directory)
    next_year = datetime.now(UTC) + timedelta(days=365)
    place.archive.publish(valid_until=f"{next_year:%a, %d %b %Y %H:%M:%S} UTC")

    def elsewhen() -> int:
        set_clock(years, commands)
        return place.main()

    status, said = Child(directory / "log", elsewhen).wait()
    assert status == 1, said
    assert place.lock.read_bytes() == place.old
    first, last = said.strip().splitlines()
    assert problem in first
    assert last.startswith("  Is your clock right? It says ")


def test_a_mirror_that_has_no_address_but_of_ipv6(directory: Path) -> None:
    place = Place(directory)
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=place.archive.directory
    )

    class Server(http.server.ThreadingHTTPServer):
        """At the loopback of IPv6."""

        address_family = socket.AF_INET6

    with Server(("::1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://[::1]:{server.server_address[1]}"
        place.project.write(more="effects: true\n", mirror=url)
        status, said = place.run().wait()
        server.shutdown()
    assert status == 0, said
    assert place.project.versions() == {"app": "1.0", "lib": "2.0"}


def test_two_users_share_a_cache() -> None:
    if not may_be_another():
        pytest.skip("this sandbox has only one user")
    with shared_directory() as directory:
        place = Place(directory / "root's")
        theirs = Place(directory / "nobody's", key=place.archive.key)
        for path in (theirs.directory, *theirs.directory.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        theirs.cache = place.cache = directory / "cache"
        expected = {place: place.new, theirs: theirs.new}
        # Here, so that all modules are imported: the user nobody cannot read them.
        assert place.main() == 0
        for first, second in ((place, theirs), (theirs, place)):
            for each in (first, second, first):
                each.lock.unlink()
                run = as_nobody if each is theirs else lambda function: function()
                child = Child(each.directory / "log", functools.partial(run, each.main))
                status, said = child.wait()
                assert status == 0, said
                assert each.lock.read_bytes() == expected[each]
                assert each.damaged() == []
            assert list(place.cache.iterdir())
            shutil.rmtree(place.cache)
