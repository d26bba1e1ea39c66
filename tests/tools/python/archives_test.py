"""The tools become archives: what makes images, what judges them, what describes them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import tools
from tools.python.archives import ARCHIVES, compile_tools

ACTION = Path(tools.__file__).parent / "action"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Provide the real program, in rooms that are empty otherwise."""
    root = tmp_path_factory.mktemp("tree")
    rooms = {place for places in ARCHIVES.values() for place in places if "." not in place}
    for room in rooms - {"action"}:
        inner = root / "tools" / room / "inner"
        inner.mkdir(parents=True)
        for path in (inner.parent / "__init__.py", inner / "module.py", inner / "page.css"):
            path.write_text("")
        (inner / "notes.txt").write_text("")
    shutil.copytree(ACTION, root / "tools/action")
    for name in ("__init__.py", "errors.py"):
        shutil.copy(ACTION.parent / name, root / "tools")
    return str(root)


@pytest.fixture(scope="module")
def archives(tree: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("archives")
    for name in ARCHIVES:
        compile_tools(name, tree, str(directory))
    return directory


def modules(archive: Path) -> set[str]:
    return set(zipfile.ZipFile(archive).namelist())


def test_a_change_to_what_judges_leaves_what_builds_alone(archives: Path) -> None:
    action, inspect, describe = (
        modules(archives / f"{name}_tools.pyz") for name in ("action", "inspect", "describe")
    )
    assert action < inspect < describe
    assert {"__main__.pyc", "tools/errors.pyc", "tools/layer/inner/module.pyc"} < action
    assert {name.split("/")[1] for name in inspect - action} == {"command", "inspect"}
    assert {name.split("/")[1] for name in describe - inspect} == {"report", "sbom"}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_runs(archives: Path, tmp_path: Path, name: str) -> None:
    params = tmp_path / "params"
    params.write_text("no-such-verb\n")
    done = subprocess.run(
        [sys.executable, "-I", str(archives / f"{name}.pyz"), f"@{params}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no-such-verb" in done.stderr


def test_equal_tools_give_equal_bytes(tree: str, archives: Path, tmp_path: Path) -> None:
    for name in ARCHIVES:
        compile_tools(name, tree, str(tmp_path))
    for name in os.listdir(tmp_path):
        assert (tmp_path / name).read_bytes() == (archives / name).read_bytes()
