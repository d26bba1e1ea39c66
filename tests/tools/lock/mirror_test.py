"""A directory of all packages of a lock is a mirror of them."""

from __future__ import annotations

import io
import os
import pathlib

import pytest

from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive
from tools.lock.mirror import main


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("app", depends="lib")
    archive.add("lib")
    archive.publish()
    project = Project(tmp_path, archive)
    project.write()
    project.run()
    return project


def fetch(project: Project, status: int = 0, mirrors: str = "") -> str:
    output = io.StringIO()
    environment = {
        "BUILD_WORKSPACE_DIRECTORY": str(project.directory),
        "PLINTH_MIRRORS": mirrors,
    }
    arguments = ["--lock", "l.json", "--out", "pool"]
    assert main(arguments, environment=environment, output=output) == status
    return output.getvalue()


def test_a_lock_can_be_fetched_from_a_pool(project: Project) -> None:
    text = fetch(project)
    pool = project.directory / "pool"
    assert text.splitlines() == [
        f"{pool}: 2 packages, 0.0 MB. Build from it with:",
        f'  PLINTH_MIRRORS="tiny=file://{pool}/tiny"',
    ]
    assert (pool / "tiny" / "pool" / "app_1.0_all.deb").read_bytes() == b"app 1.0"
    # The pool serves as the mirror of another one.
    os.rename(project.directory / "archive" / "pool", project.directory / "archive" / "gone")
    os.rename(pool, project.directory / "first")
    fetch(project, mirrors=f"tiny=file://{project.directory}/first/tiny")
    assert (pool / "tiny" / "pool" / "lib_1.0_all.deb").read_bytes() == b"lib 1.0"


def test_what_is_there_is_not_fetched_again(project: Project) -> None:
    fetch(project)
    os.rename(project.directory / "archive" / "pool", project.directory / "archive" / "gone")
    fetch(project)
    damaged = project.directory / "pool" / "tiny" / "pool" / "lib_1.0_all.deb"
    damaged.write_bytes(b"damaged")
    fetch(project, status=1)


def test_a_directory_that_cannot_be_made(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.directory / "pool").write_text("a file")
    fetch(project, status=1)
    assert "cannot make it" in capsys.readouterr().err
