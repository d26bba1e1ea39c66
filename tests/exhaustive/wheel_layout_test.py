"""Wheels have the layout of pip: the same files, modes, programs and records.

They have entry points, scripts and programs of their own, data next to their modules, and headers.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import stat
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.action import json_text
from tools.action.program import run_action

WHEELS = (
    "ansible-core==2.19.14", "awscli==1.46.3", "babel==2.19.0", "black==26.10.1",
    "celery==5.7.0", "cffi==2.1.1", "cython==3.3.1", "django==5.2.19", "docutils==0.20.1",
    "fonttools==4.68.0", "greenlet==3.5.6", "gunicorn==27.0.1", "httpie==3.2.4",
    "ipykernel==7.4.0", "jupyterlab-widgets==3.0.17", "mypy==2.4.1", "nltk==3.10.4",
    "nodeenv==1.12.0", "notebook==7.6.5", "numba==0.68.1", "pexpect==4.9.0", "pybind11==3.1.0",
    "pygments==2.21.0", "pyinstaller==6.22.3", "pytest==9.2.0", "pyzmq==27.3.0", "rdflib==7.6.0",
    "ruff==0.17.6", "scikit-learn==1.9.1", "setuptools==84.2.1", "sqlalchemy==2.1.9",
    "supervisor==4.3.0", "thefuzz==0.22.1", "thonny==5.0.1", "uv==0.13.9", "uvloop==0.23.0",
    "virtualenv==21.15.11", "wheel==0.48.0", "yamllint==1.38.0",
)  # fmt: skip

# How pip was called, and by whom it was done.
_OF_THE_CALL = ("INSTALLER", "REQUESTED", "direct_url.json")


@dataclass(frozen=True)
class Pip:
    """pip in an environment of its own, as the host's ``python3`` makes it."""

    python: Path
    modules: str

    def run(self, *arguments: str) -> None:
        """Run one of its commands."""
        subprocess.run([self.python, "-m", "pip", "--quiet", *arguments], check=True)


@pytest.fixture(scope="module")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Pip:
    os.umask(0o022)
    root = tmp_path_factory.mktemp("environment")
    subprocess.run(["python3", "-m", "venv", root], check=True)
    (modules,) = root.glob("lib/python3.*/site-packages")
    return Pip(root / "bin/python", f"usr/local/{modules.relative_to(root)}")


@pytest.mark.parametrize("requirement", WHEELS)
def test_as_pip_lays_it_out(requirement: str, pip: Pip, tmp_path: Path) -> None:
    downloaded, root = tmp_path / "wheel", tmp_path / "root"
    pip.run("download", "--no-deps", "--only-binary=:all:", f"--dest={downloaded}", requirement)
    (wheel,) = downloaded.iterdir()
    where = (f"--root={root}", "--prefix=/usr/local", "--ignore-installed")
    pip.run("install", "--no-deps", "--no-index", "--no-compile", *where, str(wheel))
    expected = {
        # Only an environment has the directory `site`.
        str(path.relative_to(root)).replace("/include/site/", "/include/"): (
            stat.S_IMODE(path.stat().st_mode),
            path.read_bytes(),
        )
        for path in root.rglob("*")
        if path.is_file()
    }
    found = layered(wheel, pip, tmp_path)
    assert comparable(found) == comparable(expected)


def layered(wheel: Path, pip: Pip, directory: Path) -> dict[str, tuple[int, bytes]]:
    """Run the verb on a wheel; gives the path, mode and content of each file."""
    segment = directory / "segment"
    params = {
        "out_segment": str(segment),
        "out_facts": str(directory / "facts"),
        "wheel": str(wheel),
        "prefix": pip.modules,
        "interpreter": str(pip.python),
    }
    lines = [json_text.dumps({key: value}) for key, value in params.items()]
    run_action(["wheel-fragment", *lines], "params")
    with tarfile.open(
        fileobj=io.BytesIO(gzip.decompress(segment.read_bytes()) + bytes(1024))
    ) as archive:
        found = {}
        for member in archive:
            if stream := archive.extractfile(member):
                found[member.name] = (member.mode, stream.read())
        return found


def comparable(files: dict[str, tuple[int, bytes]]) -> dict[str, tuple[int, object]]:
    """Keep what has to be the same: of programs, what they run; of RECORD, the names."""
    return {
        path: (mode, meaning(path, content))
        for path, (mode, content) in files.items()
        if not path.endswith(_OF_THE_CALL)
    }


def meaning(path: str, content: bytes) -> object:
    if path.endswith(".dist-info/RECORD"):
        names = {row[0] for row in csv.reader(io.StringIO(content.decode()))}
        return {
            name.replace("/include/site/", "/include/")
            for name in names
            if not name.endswith(_OF_THE_CALL)
        }
    if path.startswith("usr/local/bin/") and content.startswith(b"#!") and b"sys.exit(" in content:
        # pip's wrapper also takes away what Windows adds to a program's name.
        kinds = ("#!", "from ", "    sys.exit(")
        return [line for line in content.decode().splitlines() if line.startswith(kinds)]
    return content
