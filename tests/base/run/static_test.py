"""The static image runs a static program; with debug, BusyBox has all its applets in /busybox."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.base.run.containers import open_container
from tests.container.container import Container


@pytest.fixture(scope="module")
def debug() -> Container:
    return open_container("DEBUG_IMAGE")


def test_every_applet_has_its_link(debug: Container) -> None:
    done = debug.run("--list", entrypoint=["/busybox/busybox"])
    assert done.returncode == 0, done.stderr
    directory = os.path.join(debug.root, "busybox")
    assert sorted(os.listdir(directory)) == sorted(done.stdout.split())


def test_the_shell_finds_them(debug: Container) -> None:
    script = (
        "id -u; ls -d /tmp; basename $(readlink $(which wget)); pwd; cat /etc/os-release | grep ^ID"
    )
    done = debug.run("-c", script)
    assert (done.stdout.splitlines(), done.stderr) == (
        ["65532", "/tmp", "busybox", "/home/nonroot", 'ID="debian"'],
        "",
    )


def test_a_static_program_runs_without_anything_else(debug: Container) -> None:
    container = open_container()
    program = os.path.join(container.root, "tmp", "busybox")
    shutil.copy(os.path.join(debug.root, "busybox", "busybox"), program)
    done = container.run("date", "-d", "@0", "+%Y", entrypoint=["/tmp/busybox"])
    assert done.stdout == "1970\n", done.stderr
    zones = container.run("ls", "/usr/share/zoneinfo/Europe/Zurich", entrypoint=["/tmp/busybox"])
    assert zones.returncode == 0, zones.stderr
