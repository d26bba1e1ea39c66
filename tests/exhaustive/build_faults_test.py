"""A real Bazel is killed while it fetches packages, or builds an image of them: nothing is broken.

The workspace and the cache have spaces and quotes in their paths, and the mirror has no address but
one of IPv6. ``PLINTH_KILLS`` is how often Bazel is killed, at random moments.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import os
import random
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.child import Child
from tests.faults.disk import CANNOT_MOUNT, mounted
from tests.faults.storm import KILLS
from tests.integration.nested_bazel import NestedBazel, source_tree
from tests.tools.deb_builder import Deb, Entry

MODULE = f"""
bazel_dep(name = "rules_plinth")
local_path_override(module_name = "rules_plinth", path = "{source_tree()}")
apt = use_extension("@rules_plinth//rules:apt.bzl", "apt")
apt.install(name = "packages", lock = "//:lock.json")
use_repo(apt, "packages")
"""
BUILD = """
load("@rules_plinth//rules:image.bzl", "image")
load("@rules_plinth//rules:layer.bzl", "files_layer", "packages_layer")
packages_layer(name = "packages", packages = ["@packages//app:amd64"])
files_layer(name = "files", srcs = ["a file.txt"], directory = "/")
image(name = "image", layers = [":packages", ":files"])
"""
NAMES = [f"lib{letter}" for letter in "abcdefghij"]


class Mirror(http.server.ThreadingHTTPServer):
    """Serves a directory below any first part of a path, and takes its time."""

    address_family = socket.AF_INET6

    def __init__(self, directory: Path) -> None:
        class Handler(http.server.SimpleHTTPRequestHandler):
            """Serves files, silently."""

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def handle(self) -> None:
                """Answer; the client may be killed meanwhile."""
                with contextlib.suppress(ConnectionError):
                    super().handle()

            def translate_path(self, path: str) -> str:
                """Return where a file is."""
                return str(directory / path.rpartition("/")[2])

            def copyfile(self, source: object, outputfile: object) -> None:
                """Send a file by and by."""
                while piece := source.read(20_000):  # type: ignore[attr-defined]
                    outputfile.write(piece)  # type: ignore[attr-defined]
                    time.sleep(0.01)

        super().__init__(("::1", 0), Handler)
        self._log = directory.with_name("mirror.log")

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve in a process of its own; gives the base URL."""

        def serve() -> int:
            self.serve_forever()
            return 0

        child = Child(self._log, serve)
        try:
            yield f"http://[::1]:{self.server_address[1]}"
        finally:
            child.kill()


class User:
    """A module that depends on this one, with a lock of packages on a mirror."""

    def __init__(self, directory: Path, url: str, pool: Path) -> None:
        self.directory = directory
        self.workspace = directory / "the workspace's"
        self.workspace.mkdir()
        (self.workspace / "MODULE.bazel").write_text(MODULE)
        (self.workspace / "BUILD.bazel").write_text(BUILD)
        (self.workspace / "a file.txt").write_text("a file")
        self.cache = directory / "the cache's"
        self.bazel = NestedBazel(
            str(self.workspace),
            str(directory / "base"),
            repository_cache=str(self.cache),
            # A server that does not live long starts in half the time.
            startup_options=(
                "--max_idle_secs=60",
                "--host_jvm_args=-XX:TieredStopAtLevel=1",
                "--host_jvm_args=-XX:+UseSerialGC",
            ),
        )
        self._url = url
        self._rounds = 0
        chance = random.Random(0)  # noqa: S311 - bytes that do not compress
        self._packages = []
        for name in ("app", *NAMES):
            content = Deb(
                [Entry(f"usr/lib/{name}.so", chance.randbytes(300_000))], name=name
            ).build()
            (pool / f"{name}.deb").write_bytes(content)
            self._packages.append(
                {
                    "name": name,
                    "version": "1.0-1",
                    "architecture": "amd64",
                    "source": name,
                    "source_version": "1.0-1",
                    "archive": "example",
                    "suite": "stable",
                    "filename": f"pool/{name}.deb",
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "depends": NAMES if name == "app" else [],
                }
            )

    def forget_what_was_fetched(self) -> None:
        """Make Bazel fetch each package again."""
        self._rounds += 1
        archive = {"mirrors": [f"{self._url}/{self._rounds}"], "snapshot": None}
        packages = {"amd64": self._packages}
        lock = {"version": 1, "archives": {"example": archive}, "packages": packages}
        (self.workspace / "lock.json").write_text(json.dumps(lock))
        for package in self._packages:
            kept = self.cache / "content_addressable/sha256" / str(package["sha256"])
            shutil.rmtree(kept, ignore_errors=True)

    def forget_what_was_built(self) -> None:
        """Make Bazel run each action again."""
        self._rounds += 1
        for out in (self.directory / "base/execroot").glob("*/bazel-out"):
            shutil.rmtree(out)

    def reset(self) -> None:
        """Make it do both."""
        self.forget_what_was_fetched()
        self.forget_what_was_built()

    def options(self) -> list[str]:
        """Return options of a build; in every second round there is an empty disk cache."""
        disk_cache = self.directory / f"disk/{self._rounds}" if self._rounds % 2 else ""
        # What Bazel leaves in one cache only, it would not find in the next round's.
        everything = "--remote_download_outputs=all"
        return [
            f"--disk_cache={disk_cache}",
            everything,
            "--http_connector_attempts=2",
            "--output_groups=+oci_layout",
        ]

    def build(self) -> str:
        """Build the image; return a digest of all its files."""
        done = self.bazel.run("build", "//:image", *self.options())
        assert done.returncode == 0, done.stderr
        layout = self.workspace / "bazel-bin/image"
        digest = hashlib.sha256()
        for path in sorted(layout.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(layout)).encode() + path.read_bytes())
        return digest.hexdigest()

    def be_killed(self, seconds: float, *options: str) -> bool:
        """Start to build it, and kill Bazel after a while; return whether that was in time."""
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            try:
                self.bazel.run("build", "//:image", *self.options(), *options)
            finally:
                os._exit(0)
        os.setpgid(pid, pid)  # both do: one of them comes first
        time.sleep(seconds)
        # A server that is about to start has no number yet, and none of its own to lose.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            server = int((self.directory / "base/server/server.pid.txt").read_text())
            os.kill(server, signal.SIGKILL)
            # The next Bazel fails to kill a server that is about to vanish.
            while Path(f"/proc/{server}").exists():
                time.sleep(0.01)
        in_time = os.waitpid(pid, os.WNOHANG)[0] == 0
        if in_time:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        return in_time


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    """Make one."""
    pool = tmp_path / "pool"
    pool.mkdir()
    with Mirror(pool) as mirror, mirror.serving() as url:
        made = User(tmp_path, url, pool)
        yield made
        made.bazel.shut_down()


@pytest.mark.parametrize("what", ["fetch", "build"])
def test_one_that_is_killed(user: User, what: str) -> None:
    reset = user.forget_what_was_fetched if what == "fetch" else user.forget_what_was_built
    options = ["--nobuild"] if what == "fetch" else []
    user.reset()
    expected = user.build()
    reset()
    started = time.monotonic()
    done = user.bazel.run("build", "//:image", *user.options(), *options)
    assert done.returncode == 0, done.stderr
    seconds = time.monotonic() - started
    assert user.build() == expected
    chance = random.Random(6)  # noqa: S311 - which moment it is
    cut = tried = 0
    # A busy machine may be faster later, and end many builds before they are killed.
    while tried < KILLS or cut < KILLS // 3:
        reset()
        # Each moment is drawn from a part of its own, so that no part is left out.
        cut += user.be_killed((tried % KILLS + chance.random()) / KILLS * seconds, *options)
        tried += 1
        assert user.build() == expected
    print(f"{cut} of {tried} in time; a {what} takes {seconds:.1f} s")


def test_a_full_disk_is_named(user: User) -> None:
    external, execroot = user.directory / "base/external", user.directory / "base/execroot"
    external.mkdir(parents=True)
    execroot.mkdir()

    def with_fetched_and_made() -> int:
        return mounted("size=300m", execroot, lambda: fill_disks(user, external, execroot))

    log = user.directory / "log"
    child = Child(log, lambda: mounted("size=300m", external, with_fetched_and_made))
    status, said = child.wait()
    print(said)
    if status == CANNOT_MOUNT:
        pytest.skip("this sandbox mounts nothing")
    assert status == 0, said


def fill_disks(user: User, external: Path, execroot: Path) -> int:
    """Build with too little room for what is fetched, and then for what is made of it.

    Only there: Bazel's server waits for ever once its own log finds no room.
    """
    user.reset()
    expected = user.build()
    for disk, room in ((external, 100_000), (execroot, 100_000), (execroot, 5_000_000)):
        user.reset()
        for package in external.glob("[!@]*packages_*"):
            shutil.rmtree(package)
        filler = disk / "filler"
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free_bytes(disk) - room)
        done = user.bazel.run("build", "//:image", *user.options())
        print(done.stderr)
        assert done.returncode != 0
        assert "No space left on device" in done.stderr
        if "no mirror has the locked bytes" in done.stderr:
            assert "free disk space for Bazel's output base." in done.stderr
        filler.unlink()
        assert user.build() == expected
    user.bazel.shut_down()
    return 0


@pytest.mark.parametrize("which", ["repository", "disk"])
def test_a_cache_that_can_only_be_read_is_named(user: User, which: str) -> None:
    cache = user.cache if which == "repository" else user.directory / "disk"
    cache.mkdir()
    user.reset()
    options = [f"--disk_cache={cache}"] if which == "disk" else []
    expected = user.build()
    user.bazel.shut_down()
    user.reset()

    def build() -> int:
        done = user.bazel.run("build", "//:image", *user.options(), *options)
        user.bazel.shut_down()
        print(done.stderr)
        return int("Read-only file system" not in done.stderr or str(cache) not in done.stderr)

    status, said = Child(user.directory / "log", lambda: mounted("ro", cache, build)).wait()
    if status == CANNOT_MOUNT:
        pytest.skip("this sandbox mounts nothing")
    assert status == 0, said
    assert user.build() == expected


def free_bytes(directory: Path) -> int:
    """Return what there is room for."""
    status = os.statvfs(directory)
    return status.f_bavail * status.f_frsize
