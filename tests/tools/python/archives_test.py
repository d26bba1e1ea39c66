"""The tools become archives: what makes images, what judges them, what describes them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import tools
from tools.python.archives import ARCHIVES, compile_tools

ROOT = str(Path(tools.__file__).parents[1])


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("archives")
    compile_tools(ROOT, str(directory))
    return directory


def modules(archive: Path) -> set[str]:
    return set(zipfile.ZipFile(archive).namelist())


def test_a_change_to_what_judges_leaves_what_builds_alone(archives: Path) -> None:
    action, inspect, describe = (
        modules(archives / f"{name}_tools.pyz") for name in ("action", "inspect", "describe")
    )
    assert action < inspect < describe
    assert {name.rpartition("/")[0] for name in action} == {
        "", "tools", "tools/action", "tools/configure", "tools/configure/writers", "tools/debian",
        "tools/effects", "tools/effects/commands", "tools/effects/evaluation",
        "tools/effects/shell", "tools/grammar", "tools/image", "tools/layer", "tools/layer/writers",
    }  # fmt: skip
    assert {name.rpartition("/")[0] for name in inspect - action} == {"tools/inspect"}
    assert {name.rpartition("/")[0] for name in describe - inspect} == {
        "tools/report", "tools/sbom",
    }  # fmt: skip


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


def test_equal_tools_give_equal_bytes(archives: Path, tmp_path: Path) -> None:
    compile_tools(ROOT, str(tmp_path))
    for name in os.listdir(tmp_path):
        assert (tmp_path / name).read_bytes() == (archives / name).read_bytes()
