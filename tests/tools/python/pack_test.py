"""Modules become one archive of bytecode that Python runs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tools.python.pack import link, write_archive

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "start.py").write_text("from package import module\nprint(module.NAME)\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package/__init__.py").write_text("")
    (tmp_path / "package/module.py").write_text("NAME = __name__\n")
    target = tmp_path / "archive.pyz"
    names = ("package/module.py", "package/__init__.py")
    modules = {"__main__.py": "start.py", **{name: name for name in names}}
    write_archive(str(target), {name: str(tmp_path / path) for name, path in modules.items()})
    return target


def test_is_a_sound_archive(archive: Path) -> None:
    with zipfile.ZipFile(archive) as content:
        assert content.testzip() is None
        names = ["__main__.pyc", "package/__init__.pyc", "package/module.pyc"]
        assert content.namelist() == names
        assert {info.date_time for info in content.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_runs(archive: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(archive)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "package.module\n", done.stderr


def test_copies_can_be_executed(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"#!")
    link(str(tmp_path / "program"), str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_bytes() == b"#!"
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o755
