""".NET runs a program that uses sockets, TLS, languages and time zones; testdata/Program.cs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.container.container import Container


def runfile(path: str) -> str:
    return os.path.join(os.environ["RUNFILES_DIR"], path)


@pytest.fixture(scope="module")
def container() -> Container:
    container = Container(runfile(os.environ["IMAGE"]))
    for path in map(Path, os.environ["CERTIFICATES"].split()):
        shutil.copy(runfile(str(path)), Path(container.root, "app", path.name))
    return container


def test_it_finds_its_runtime(container: Container) -> None:
    done = container.run("--list-runtimes")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Microsoft.NETCore.App 8.0.4 [/usr/share/dotnet/shared/")


def test_a_program(container: Container) -> None:
    done = container.run("/app/program.dll", "/app/server.pem")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "version 8.0.4",
        "invariant False",
        "1.234.567,5",
        "Sonntag, 29. März 2026",
        "i",
        "03:30",
        "E3B0C442",
        "hello Tls13 RemoteCertificateChainErrors",
    ]


def test_what_only_debuggers_load_is_not_there(container: Container) -> None:
    files = {path.name for path in Path(container.root, "usr/share/dotnet").rglob("*")}
    assert "libcoreclr.so" in files
    assert files.isdisjoint({"createdump", "libmscordbi.so", "libmscordaccore.so"})


def test_the_record_says_what_it_is(container: Container) -> None:
    record = Path(container.root, "var/lib/dpkg/status.d/dotnet8").read_text()
    assert "Package: dotnet8\nVersion: 8.0.4\n" in record
    assert "Checksum-Sha512: 5c23889d3e6e" in record
