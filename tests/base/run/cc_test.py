"""The cc image runs a program in C++: Debian's ninja."""

from __future__ import annotations

import os

import pytest

from tests.base.run.containers import open_container
from tests.container.container import Container

NINJA = ["/usr/bin/ninja"]


@pytest.fixture(scope="module")
def container() -> Container:
    return open_container()


def test_starts(container: Container) -> None:
    done = container.run("--version", entrypoint=NINJA)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1.")


def test_works(container: Container) -> None:
    with open(os.path.join(container.root, "tmp", "build.ninja"), "w", encoding="ascii") as file:
        file.write(
            "rule copy\n  command = cp $in $out\nbuild two: copy one\nbuild three: copy two\n"
        )
    done = container.run("-C", "/tmp", "-t", "targets", "all", entrypoint=NINJA)
    assert done.stdout.splitlines()[-2:] == ["two: copy", "three: copy"], done.stderr


def test_an_exception_is_thrown_and_caught(container: Container) -> None:
    done = container.run("-C", "/nowhere", entrypoint=NINJA)
    assert done.returncode == 1
    assert "No such file or directory" in done.stderr
