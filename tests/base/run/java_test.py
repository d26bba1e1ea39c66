"""A Java image runs a jar that uses what Java needs of the system; its debug image compiles it."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.base.run.containers import give, give_certificates, open_container
from tests.container.container import Container

RELEASE = os.environ["RELEASE"]
TIMEOUT = 300  # seconds; an emulator is slow


@pytest.fixture(scope="module")
def jar() -> str:
    """Compile with the debug image; gives the jar's path, on this machine."""
    debug = open_container("DEBUG_IMAGE")
    give(debug, "tests/base/run/Main.java")
    (home,) = [
        f"/usr/lib/jvm/{name}"
        for name in os.listdir(os.path.join(debug.root, "usr/lib/jvm"))
        if name.startswith(f"java-{RELEASE}-")
    ]
    compile_it = "-Xlint:all -Werror -d /tmp/classes /tmp/Main.java"
    pack_it = "--create --file /tmp/main.jar --main-class Main -C /tmp/classes ."
    for program, arguments in (("javac", compile_it), ("jar", pack_it)):
        command = [f"{home}/bin/{program}"]
        done = debug.run(*arguments.split(), entrypoint=command, timeout=TIMEOUT)
        assert done.returncode == 0, done.stdout + done.stderr
    copy = os.path.join(os.environ["TEST_TMPDIR"], "main.jar")
    shutil.copy(os.path.join(debug.root, "tmp", "main.jar"), copy)
    return copy


@pytest.fixture(scope="module")
def container(jar: str) -> Container:
    container = open_container()
    give(container, jar)
    give_certificates(container)
    return container


def test_everything_works(container: Container) -> None:
    done = container.run("/tmp/main.jar", "/tmp", timeout=TIMEOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        f"version {RELEASE}",
        "authorities true",
        "tls by default refused",
        "tls trusted hello",
        "fonts true true",
        "images true true true true",
        "zone 2026-07-01T12:00-07:00[US/Pacific]",
        "charsets UTF-8 true äöü",
        "number 1.234.567,89",
        "process 0 true",
    ]


def test_has_no_compiler(container: Container) -> None:
    assert not os.path.exists(os.path.join(container.root, "usr/bin/javac"))
    with pytest.raises(FileNotFoundError):
        container.start(entrypoint=["/bin/sh"])
