"""A lock that cannot be written is reported before anything is fetched."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive
from tools.lock import cli

# Root may write anywhere; without this capability it obeys the modes of files like any other user.
_PROGRAM = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "tools.lock", *sys.argv[1:]])
"""


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    """Provide a project whose mirror is gone: asking it gives an error of another kind."""
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("app")
    archive.publish()
    project = Project(tmp_path, archive)
    project.write()
    (tmp_path / "closed").mkdir()
    project.run("--lock", "closed/l.json", "--quiet")
    shutil.rmtree(tmp_path / "archive")
    shutil.rmtree(tmp_path / "cache")
    (tmp_path / "closed").chmod(0o555)
    return project


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gone/l.json", "cannot write it: No such file or directory"),
        ("m.yaml/l.json", "cannot write it: Not a directory"),
        ("closed", "cannot write it: it is a directory"),
        ("closed/l.json", "cannot write it: Permission denied"),
        ("closed/new.json", "cannot write it: Permission denied"),
        # Where it can be written the mirror is asked.
        ("new.json", "archive/dists/tiny/InRelease"),
    ],
)
def test_it_is_told_at_once(project: Project, path: str, message: str) -> None:
    before = _files(project.directory)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "--manifest", "m.yaml", "--lock", path, "--quiet"],
        cwd=project.directory,
        env={
            **os.environ,
            "BUILD_WORKSPACE_DIRECTORY": str(project.directory),
            "PLINTH_CACHE": str(project.directory / "cache"),
            "PYTHONPATH": os.pathsep.join([str(pathlib.Path(cli.__file__).parents[2]), *sys.path]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert done.stderr.count("error: ") == 1
    assert _files(project.directory) == before


def _files(directory: pathlib.Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
