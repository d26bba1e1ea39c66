"""Essential packages: which of them a manifest asks for, and what the lock says of them."""

from __future__ import annotations

import json
import pathlib

import pytest

from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("app")
    archive.add("dash", depends="debutils", essential="yes")
    archive.add("debutils", essential="no")
    archive.add("perl-base", essential="yes")
    archive.publish()
    return Project(tmp_path, archive)


def marked(project: Project) -> list[str]:
    """Return the packages that the lock calls essential."""
    data = json.loads((project.directory / "l.json").read_text())
    return [each["name"] for each in data["packages"]["amd64"] if each.get("essential")]


@pytest.mark.parametrize("more", ["", "essential: false\n"])
def test_none_unless_asked_for(project: Project, more: str) -> None:
    project.write(more=more)
    project.run()
    assert (set(project.versions()), marked(project)) == ({"app"}, [])


def test_all_of_them_with_what_they_depend_on(project: Project) -> None:
    project.write(more="essential: true\n")
    project.run()
    assert set(project.versions()) == {"app", "dash", "debutils", "perl-base"}
    assert marked(project) == ["dash", "perl-base"]
    assert project.run("--explain", "debutils").splitlines()[-1].endswith("dash (essential)")


def test_some_of_them(project: Project) -> None:
    project.write(more="essential: [dash]\n")
    project.run()
    assert (set(project.versions()), marked(project)) == ({"app", "dash", "debutils"}, ["dash"])


def test_all_but_those_to_omit(project: Project) -> None:
    project.write(more="essential: true\nomit: [perl-base]\n")
    project.run()
    assert marked(project) == ["dash"]


def test_the_choice_is_part_of_the_lock(project: Project) -> None:
    project.write()
    project.run()
    project.write(more="essential: [dash]\n")
    project.run("--check", status=1)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("essential: [app]\n", 'm.yaml:10: amd64: "app" under essential: is not one of'),
        ("essential: [dahs]\n", 'm.yaml:10: amd64: there is no package "dahs"'),
        ("essential: [dash]\nomit: [dash]\n", '"dash" is both wanted and in omit'),
        ("essential: all\n", "m.yaml:10:"),
    ],
)
def test_what_cannot_be(
    project: Project, capsys: pytest.CaptureFixture[str], more: str, message: str
) -> None:
    project.write(more=more)
    project.run(status=1)
    assert message in capsys.readouterr().err
