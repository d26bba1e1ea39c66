"""Digests do not depend on Python's version: every Python of the host makes the same layers.

The compressors are those that Plinth pins, because their releases differ; all else is Python's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import Deb, Entry
from tools.layer import compress

if TYPE_CHECKING:
    from collections.abc import Callable

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
SOURCES = (Path(__file__).absolute().parents[2], Path(compress.__file__).parents[2])


def find(version: str) -> str | None:
    """Return a Python of the host, if it can be started: a version manager's shim may not."""
    path = shutil.which(f"python{version}")
    if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
        return path
    return None


@pytest.fixture(scope="module")
def made_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str]], list[str]]:
    directory = tmp_path_factory.mktemp("pythons")
    library = Path(os.__file__)
    entries = [
        Entry("./usr/bin/program", Path("/proc/self/exe").resolve().read_bytes(), mode=0o4755),
        Entry("./usr/share/text", library.read_bytes() if library.is_file() else b"text" * 9999),
        Entry(
            "./usr/share/caf\N{LATIN SMALL LETTER E WITH ACUTE}/" + "long" * 30, b"x" * 3_000_000
        ),
        Entry("./usr/bin/link", symlink="program"),
    ]
    deb = Deb(entries, name="sample", md5sums=False)
    path = deb.write(directory)
    libraries = directory / "libraries"
    libraries.mkdir()
    beside = Path("/proc/self/exe").resolve().parent
    for name in ("libdeflate.so.0", "libzstd.so.1"):
        shutil.copyfile(beside / name, libraries / name)

    def make(python: list[str]) -> list[str]:
        done = subprocess.run(
            [*python, "-S", "-P", "-m", "tests.exhaustive.layers", path, *deb.facts.values()],
            env={
                "LD_LIBRARY_PATH": str(libraries),
                "PYTHONPATH": os.pathsep.join(map(str, SOURCES)),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return make


@pytest.mark.parametrize("version", VERSIONS)
def test_every_python_makes_the_same(
    made_by: Callable[[list[str]], list[str]], version: str
) -> None:
    python = find(version)
    if not python:
        pytest.skip(f"this machine has no python{version}")
    program = os.path.realpath("/proc/self/exe")
    pinned = [program, "--library-path", os.path.dirname(program), sys.orig_argv[0]]
    expected = made_by(pinned)
    assert len(expected) == 4 * len(compress.FORMATS)
    assert made_by([python]) == expected
