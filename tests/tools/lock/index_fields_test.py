"""Hostile fields of signed indexes: refused with one clear error, or harmless."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Sequence

import pytest

from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive

VALUES = json.loads(pathlib.Path("tests/grammar.json").read_text(encoding="utf-8"))["anywhere"]
# A line end would begin another field, which is no fault; a name that is empty is no field.
HOSTILE = [
    value
    for value in VALUES
    if isinstance(value, str) and value.strip() and "\n" not in value and "\r" not in value
]
# Letters that are invisible, or that reverse a line.
HOSTILE += ["x\u200by", "x\u202ey", "\ufeffx", "x\u2066y", "x\u00ad"]
SHA256 = "0123456789abcdef" * 4
STANZA = {
    "Package": "app",
    "Version": "1.0-1",
    "Architecture": "amd64",
    "Source": "src (1.0)",
    "Depends": "lib (>= 1)",
    "Provides": "virtual (= 1)",
    "Filename": "pool/app_1.0-1_amd64.deb",
    "Size": "7",
    "SHA256": SHA256,
}


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("lib")
    project = Project(tmp_path, archive)
    project.write()
    return project


def publish(project: Project, *stanzas: Sequence[tuple[str, str]]) -> None:
    project.archive.stanzas[1:] = [
        "".join(f"{name}: {value}\n" for name, value in stanza) for stanza in stanzas
    ]
    project.archive.publish()


def run(project: Project, capsys: pytest.CaptureFixture[str]) -> str:
    """Make a lock; what it printed, whether or not it is an error."""
    capsys.readouterr()
    (project.directory / "l.json").unlink(missing_ok=True)
    printed = project.run("--quiet", status=None) + capsys.readouterr().err
    assert printed.replace("\n", "").isprintable()
    assert len(printed) < 1000
    is_error = printed.startswith("error: ")
    assert is_error is not (project.directory / "l.json").exists()
    if is_error:
        assert printed.splitlines()[-1].startswith("  ")
    return printed


def refused(project: Project, capsys: pytest.CaptureFixture[str]) -> str:
    error = run(project, capsys)
    assert error.startswith("error: ")
    return error


def test_the_stanza_is_good(project: Project) -> None:
    publish(project, list(STANZA.items()))
    project.run()
    assert project.versions() == {"app": "1.0-1", "lib": "1.0"}


@pytest.mark.parametrize("field", [name for name in STANZA if name != "Provides"])
def test_hostile_fields(project: Project, capsys: pytest.CaptureFixture[str], field: str) -> None:
    locked = []
    for value in HOSTILE:
        publish(project, list({**STANZA, field: value}.items()))
        printed = run(project, capsys)
        if printed.startswith("error: "):
            assert "tiny tiny main/binary-amd64/Packages.xz: package app: " in printed or (
                'there is no package "app"' in printed or "app 1.0-1 needs " in printed
            ), value
        else:
            # It is a good value of this field: a name, alternatives, a path.
            locked.append(value)
            lock = json.loads((project.directory / "l.json").read_text())
            assert json.dumps(lock["packages"]["amd64"][0]).isprintable()
    assert len(locked) < 8, locked


@pytest.mark.parametrize("root", ["virtual", "app"])
def test_hostile_names_that_are_provided(
    project: Project, capsys: pytest.CaptureFixture[str], root: str
) -> None:
    for value in HOSTILE:
        publish(project, list({**STANZA, "Provides": f"virtual, {value}"}.items()))
        project.write(f"[{root}]")
        printed = run(project, capsys)
        if printed.startswith("error: "):
            assert "main/binary-amd64/Packages.xz: package app: Provides: invalid" in printed
        else:
            assert project.versions() == {"app": "1.0-1", "lib": "1.0"}


@pytest.mark.parametrize("field", list(STANZA))
def test_a_field_twice(project: Project, capsys: pytest.CaptureFixture[str], field: str) -> None:
    for again in (field, field.lower(), field.upper()):
        publish(project, [*STANZA.items(), (again, STANZA[field])])
        error = refused(project, capsys)
        assert "tiny tiny" in error
        assert "the field is there twice" in error


def test_one_version_with_two_digests(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    publish(project, list(STANZA.items()), list(STANZA.items()))
    project.run()
    (project.directory / "l.json").unlink()
    publish(project, list(STANZA.items()), list({**STANZA, "SHA256": SHA256[::-1]}.items()))
    assert (
        "tiny tiny main/binary-amd64/Packages.xz: package app: SHA256: "
        "version 1.0-1 for amd64 is there with two digests"
    ) in refused(project, capsys)


@pytest.mark.parametrize(
    "version", ["1" * 5000, "9" * 5000 + ":1", "1:" + "1" * 5000, "1.0-" + "9" * 5000]
)
def test_a_version_without_end(
    project: Project, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    publish(project, list({**STANZA, "Version": version}.items()))
    assert "it is longer than 1000 characters" in refused(project, capsys)


@pytest.mark.parametrize(
    "relation", ["lib [amd64 \x1b[31m]", "lib (>= 1\x1b[31m)", "lib:\x1b", "lib [amd64\u202e]"]
)
def test_relations_that_would_reach_a_terminal(
    project: Project, capsys: pytest.CaptureFixture[str], relation: str
) -> None:
    publish(project, list({**STANZA, "Depends": relation}.items()))
    assert "Depends: invalid " in refused(project, capsys)


def test_bytes_that_are_no_text(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    stanza = [(name, value) for name, value in STANZA.items() if name != "Depends"]
    publish(project, [*stanza, ("Description", "\udcff")])
    assert "not UTF-8" in refused(project, capsys)


def test_an_index_larger_than_any(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    table = f"\n {SHA256} {(1 << 30) + 1} main/binary-amd64/Packages"
    project.archive.publish(sha256=table)
    assert "its main/binary-amd64/Packages has 1073741825 bytes" in refused(project, capsys)
