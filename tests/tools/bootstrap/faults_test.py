"""What is left when bazelw's installation is killed, has no room, or runs in odd places.

``PLINTH_KILLS`` is how often it is killed; many times it is done by
``./bazelw test --config=exhaustive //tests/exhaustive:bootstrap_faults_test``.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.child import Child
from tests.faults.clock import set_clock
from tests.faults.disk import CANNOT_MOUNT, mounted
from tests.faults.storm import storm
from tests.faults.users import NOBODY, as_nobody, may_be_another, shared_directory
from tests.tools.bootstrap.tiny_bazel import Mirror, TinyBazel
from tests.tools.deb_builder import Deb, Entry
from tools.bootstrap import install as installing
from tools.bootstrap import relock
from tools.bootstrap.cli import main
from tools.fetch.download import Downloader


class Machine:
    """A tree with a lock of tiny packages, a mirror of them, and a cache, in a directory."""

    def __init__(self, directory: Path, mirror: Mirror) -> None:
        self.directory = directory
        self.bazel = TinyBazel(directory, mirror)
        self.bazel.publish_compilers(
            Deb(
                [
                    Entry("usr/bin/gcc", os.urandom(200_000), 0o755),
                    Entry("usr/lib/x86_64-linux-gnu/libmpfr.so.6", b""),
                ],
                name="gcc",
            )
        )

    def install(self, *what: str) -> int:
        """Start what bazelw starts when Bazel is not there, or it needs ``compilers``."""
        os.environ.update(self.bazel.environment)
        tree, directory = str(self.bazel.repository), str(self.bazel.directory)
        return main([tree, directory, "amd64", *what])

    def run(self, *what: str, last_step: int = 0) -> Child:
        """Do the same in another process."""
        return Child(self.directory / "log", lambda: self.install(*what), last_step)

    def is_believed(self) -> bool:
        """Return whether bazelw would start what is there."""
        return (self.bazel.directory / "trusted").exists()

    def content(self) -> dict[str, str]:
        """Return what is in the root, and next to it."""
        found = {}
        for path in self.bazel.directory.rglob("*"):
            name = str(path.relative_to(self.bazel.directory))
            if path.is_symlink():
                found[name] = os.readlink(path)
            elif path.is_file() and name != "busy":
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[name] = f"{path.stat().st_mode & 0o777:o} {digest}"
        return found


@pytest.fixture(autouse=True)
def nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    # The tests themselves may run where there are none; and nothing is started here.
    monkeypatch.setattr(installing, "check_namespaces", lambda: None)
    hasty = functools.partial(Downloader, sleep=lambda _: None)
    monkeypatch.setattr(installing, "Downloader", hasty)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Make one in a directory whose path has spaces, quotes and letters of several languages."""
    directory = tmp_path / 'ein Ordner, l\'été 東京 "x"'
    directory.mkdir()
    with serving(Mirror(directory / "mirror")) as mirror:
        yield Machine(directory, mirror)


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    """Serve in a process of its own: this one forks, so it should have no threads."""
    pid = os.fork()
    if pid == 0:
        try:
            mirror.serve_forever()
        finally:
            os._exit(1)
    try:
        with mirror:
            yield mirror
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_an_installation_that_is_killed(machine: Machine) -> None:
    assert machine.run().wait()[0] == 0
    expected = machine.content()
    cache = machine.bazel.cache
    for _ in storm(
        lambda step: machine.run(last_step=step), functools.partial(shutil.rmtree, cache), seed=2
    ):
        if machine.is_believed():
            # A bundle of certificates may have been about to be renewed.
            left = machine.content()
            assert {name: left[name] for name in left if not name.endswith(".new")} == expected
        status, said = machine.run().wait()
        assert status == 0, said
        assert machine.content() == expected
        assert sorted(os.listdir(cache)) == [machine.bazel.directory.name, "busy"]


def test_compilers_whose_installation_is_killed(machine: Machine) -> None:
    assert machine.run().wait()[0] == 0
    root = machine.content()
    assert machine.run("compilers").wait()[0] == 0
    expected = machine.content()
    compilers = machine.bazel.directory / "compilers"

    def reset() -> None:
        shutil.rmtree(compilers)
        assert machine.content() == root

    for _ in storm(lambda step: machine.run("compilers", last_step=step), reset, seed=3):
        if compilers.exists():
            assert machine.content() == expected
        status, said = machine.run("compilers").wait()
        assert status == 0, said
        assert machine.content() == expected


# No room, no permission.


@pytest.mark.parametrize("options", ["size=64k", "size=200k", "nr_inodes=9", "ro"])
def test_a_cache_that_takes_nothing(machine: Machine, options: str) -> None:
    cache = machine.bazel.cache
    cache.mkdir(parents=True)

    def install() -> int:
        status = machine.install()
        assert not machine.is_believed()
        # What has been fetched is of use when there is room.
        assert set(os.listdir(cache)) <= {"busy", "downloads"}
        return status

    child = Child(machine.directory / "log", lambda: mounted(options, cache, install))
    status, said = child.wait()
    if status == CANNOT_MOUNT:
        # Where a sandbox permits no mount, a file in the place of the directory replaces it.
        cache.rmdir()
        cache.touch()
        status, said = machine.run().wait()
    assert status == 1, said
    first, last = said[said.index("error: ") :].strip().splitlines()
    assert f" {cache}" in first
    assert "make room there" in last.lower()
    assert "writable" in last


# When, where, and who.


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_is_years_off(machine: Machine, years: int) -> None:
    assert machine.run().wait()[0] == 0
    expected = machine.content()
    shutil.rmtree(machine.bazel.cache)

    def elsewhen() -> int:
        set_clock(years, relock)
        return machine.install()

    status, said = Child(machine.directory / "log", elsewhen).wait()
    assert status == 0, said
    assert machine.content() == expected


def test_a_mirror_that_has_no_address_but_of_ipv6(tmp_path: Path) -> None:
    with serving(Mirror(tmp_path / "mirror", host="::1")) as mirror:
        machine = Machine(tmp_path, mirror)
        assert machine.bazel.environment["PLINTH_MIRRORS"].startswith("tiny=http://[::1]:")
        status, said = machine.run().wait()
        assert status == 0, said
        assert machine.is_believed()


def test_two_users_share_a_cache(tmp_path: Path) -> None:
    if not may_be_another():
        pytest.skip("this sandbox has only one user")
    with shared_directory() as directory, serving(Mirror(directory / "mirror")) as mirror:
        machine = Machine(directory, mirror)

        def nobody() -> tuple[int, str]:
            return Child(tmp_path / "log", lambda: as_nobody(machine.install)).wait()

        cache = machine.bazel.cache
        # Here, so that all modules are imported: the user nobody cannot read them.
        assert machine.install() == 0
        shutil.rmtree(cache)
        cache.mkdir()
        status, said = nobody()
        assert status == 1
        assert f"error: cannot keep Bazel in {cache}/busy: Permission denied\n  Make it" in said
        # Root accepts what the user nobody has made; the content is checked as always.
        os.chown(cache, NOBODY, NOBODY)
        status, said = nobody()
        assert status == 0, said
        expected = machine.content()
        assert machine.run().wait() == (0, "")
        (machine.bazel.directory / "trusted").unlink()
        assert machine.run().wait()[0] == 0
        assert machine.content() == expected
