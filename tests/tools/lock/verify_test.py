"""What `--verify` proves: that a lock of any origin holds what its archives signed."""

from __future__ import annotations

import hashlib
import json
import pathlib
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.tools.deb_builder import Deb
from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive, new_key
from tools.fetch import mirror
from tools.lock import verify_lock

Lock = dict[str, Any]
OTHER = "0123456789abcdef" * 4


@pytest.fixture
def project(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    # A snapshot service that has nothing, until a test puts something there.
    for module in (mirror, verify_lock):
        monkeypatch.setattr(module, "SNAPSHOT_SERVICE", f"file://{tmp_path}/snapshot")
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("app", "2.0-1", depends="lib (>= 1), debconf | cdebconf", source="src (2.0)")
    archive.add("lib", "1.5", provides="virtual (= 1)")
    archive.add("other", "1.5", depends="virtual")
    archive.add("unwanted")
    archive.add("debconf")
    archive.publish()
    project = Project(tmp_path, archive)
    project.write("[app, other]", "omit: [debconf]\n")
    project.run()
    return project


def change(project: Project, edit: Callable[[Lock], object]) -> None:
    path = project.directory / "l.json"
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))


def refused(project: Project, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    project.run("--verify", "--quiet", status=1)
    error = capsys.readouterr().err
    assert error.startswith("error: l.json")
    assert error.splitlines()[-1].startswith("  ")
    return error


def test_what_was_just_made_needs_no_network(project: Project) -> None:
    shutil.rmtree(project.archive.directory)
    assert project.run("--verify").splitlines() == [
        "tiny: 3 packages, as signed on 2020-01-01 00:00 UTC",
        "l.json: verified",
    ]


def test_without_a_cache_the_mirror_is_asked(project: Project) -> None:
    shutil.rmtree(project.directory / "cache")
    assert "l.json: verified" in project.run("--verify")


def test_a_lock_of_another_manifest(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("[app]", "omit: [debconf]\n")
    assert "was not made from m.yaml" in refused(project, capsys)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "2.0-2"),
        ("architecture", "amd64"),
        ("source", "evil"),
        ("source_version", "1.9"),
        ("archive", "evil"),
        ("suite", "evil"),
        ("filename", "pool/evil.deb"),
        ("sha256", OTHER),
        ("size", 1),
        ("essential", True),
        ("effects", []),
        ("depends", {"lib": "lib (>= 1)", "other": "other"}),
        ("depends", {"lib": "lib (>= 2)"}),
        ("depends", {}),
    ],
)
def test_a_field_of_a_package(
    project: Project, capsys: pytest.CaptureFixture[str], field: str, value: object
) -> None:
    def edit(lock: Lock) -> None:
        lock["packages"]["amd64"][0][field] = value
        lock["archives"].setdefault("evil", lock["archives"]["tiny"])

    change(project, edit)
    error = refused(project, capsys)
    assert f"package app for amd64: {field}" in error
    assert "is not what its archives signed" in error


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("codename", "evil"),
        ("date", "2021-01-01T00:00:00Z"),
        ("valid_until", "2090-01-01T00:00:00Z"),
        ("components", ["evil"]),
        ("signed_by", []),
        ("signed_by", ["0" * 40]),
        ("indexes", {"main/binary-amd64/Packages.xz": OTHER}),
        ("indexes", {"evil": OTHER}),
    ],
)
def test_a_field_of_a_suite(
    project: Project, capsys: pytest.CaptureFixture[str], field: str, value: object
) -> None:
    change(project, lambda lock: lock["archives"]["tiny"]["suites"]["tiny"].update({field: value}))
    assert f"archive tiny: suite tiny: {field}" in refused(project, capsys)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda it: it["archives"].update(evil=it["archives"]["tiny"]), "archive evil: it is not"),
        (lambda it: it["archives"]["tiny"].update(mirrors=[]), "archive tiny: mirrors = []"),
        (lambda it: it["archives"]["tiny"].update(archive="x"), 'archive tiny: archive = "x"'),
        (lambda it: it["archives"]["tiny"].update(directory="x"), "archive tiny: directory"),
        (lambda it: it["packages"].update(arm64=[]), "architecture arm64: it is not in the mani"),
        (lambda it: it["packages"]["amd64"].pop(2), "the manifest wants other, and the lock does"),
        (lambda it: it["omitted"].clear(), "app for amd64: depends: it needs debconf | cdebconf"),
        (
            lambda it: it["packages"]["amd64"][0].update(name="evil"),
            'package evil for amd64: the signed index of tiny "tiny" has no package of this name',
        ),
    ],
)
def test_what_is_there_too_much_or_too_little(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    edit: Callable[[Lock], object],
    words: str,
) -> None:
    change(project, edit)
    assert words in refused(project, capsys)


def test_a_genuine_package_that_nothing_wants(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("[app, other, unwanted]", "omit: [debconf]\n")
    project.run()
    digest = json.loads((project.directory / "l.json").read_text())
    project.write("[app, other]", "omit: [debconf]\n")
    project.run()
    change(project, lambda lock: lock.update(packages=digest["packages"]))
    assert "amd64: nothing wants the package unwanted" in refused(project, capsys)


def test_a_forged_package_that_a_mirror_has(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    # The lock alone is consistent: it names the bytes that the mirror has.
    forged = b"forged"
    path = pathlib.Path(project.archive.path("pool/lib_1.5_all.deb"))
    path.write_bytes(forged)
    digest = hashlib.sha256(forged).hexdigest()
    change(
        project,
        lambda lock: lock["packages"]["amd64"][1].update(sha256=digest, size=len(forged)),
    )
    project.run("--check")
    error = refused(project, capsys)
    assert f'package lib for amd64: sha256 = "{digest}", and should be ' in error


def test_an_index_that_somebody_else_signed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.archive.publish(signer=new_key("Stranger"))
    signed = pathlib.Path(project.archive.path("dists/tiny/InRelease")).read_bytes()
    suite = {"inrelease_sha256": hashlib.sha256(signed).hexdigest()}
    change(project, lambda lock: lock["archives"]["tiny"]["suites"]["tiny"].update(suite))
    capsys.readouterr()
    project.run("--verify", "--quiet", status=1)
    assert "which the manifest does not trust (keys: tiny.asc)" in capsys.readouterr().err


def move_on(project: Project) -> None:
    """Publish a newer lib, and forget what was downloaded before."""
    directory = pathlib.Path(project.archive.directory)
    # What the snapshot service has a day after the Release file.
    shutil.copytree(directory, project.directory / "snapshot/tiny/20200102T000000Z")
    shutil.rmtree(project.directory / "cache")
    shutil.rmtree(directory / "dists")
    project.archive.stanzas = [each for each in project.archive.stanzas if "lib_1.5" not in each]
    project.archive.add("lib", "1.6", provides="virtual (= 1)")
    project.archive.publish(date="Fri, 10 Jan 2020 00:00:00 UTC")


def test_the_snapshot_service_has_what_the_archive_has_no_more(project: Project) -> None:
    move_on(project)
    assert "tiny: 3 packages, as signed on 2020-01-01" in project.run("--verify")


def test_what_cannot_be_verified_any_more(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    move_on(project)
    shutil.rmtree(project.directory / "snapshot")
    error = refused(project, capsys)
    assert error.splitlines()[:2] == [
        "error: l.json: the archives have moved on, so this cannot be verified:",
        '    package lib for amd64: version = 1.5, and the signed index of tiny "tiny" has 1.6',
    ]
    assert "snapshot service" in error
    change(project, lambda lock: lock["packages"]["amd64"][0].update(sha256=OTHER))
    assert "package app for amd64: sha256 = " in refused(project, capsys)


def test_the_present_index_proves_what_has_not_changed(project: Project) -> None:
    shutil.rmtree(project.directory / "cache")
    project.archive.publish(date="Fri, 10 Jan 2020 00:00:00 UTC")
    assert project.run("--verify").splitlines() == [
        "tiny: 3 packages, as signed on 2020-01-10 00:00 UTC",
        "note: the signed file of 2020-01-01T00:00:00Z, which the lock names, has gone",
        "l.json: verified",
    ]


def test_a_package_that_was_kept_when_others_moved(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    move_on(project)
    project.archive.stanzas = [each for each in project.archive.stanzas if "app_" not in each]
    project.archive.add("app", "3.0", depends="lib (>= 1)")
    project.archive.publish(date="Fri, 10 Jan 2020 00:00:00 UTC")
    project.run("--update", "app")
    assert project.versions()["lib"] == "1.5"
    assert "l.json: verified" in project.run("--verify")
    change(project, lambda lock: lock["packages"]["amd64"][1].update(sha256=OTHER))
    assert "package lib for amd64: sha256 = " in refused(project, capsys)
    shutil.rmtree(project.directory / "snapshot")
    assert "package lib for amd64: version = 1.5, and" in refused(project, capsys)


@pytest.mark.parametrize("suite", ["tiny", "flat/"])
def test_a_signature_of_its_own(tmp_path: pathlib.Path, suite: str) -> None:
    archive = TinyArchive(str(tmp_path / "archive"), suite=suite, detached=True)
    archive.add("app")
    archive.publish()
    project = Project(tmp_path, archive)
    project.write()
    if suite != "tiny":
        manifest = (tmp_path / "m.yaml").read_text()
        manifest = manifest.replace("[tiny]", "[flat/]").replace("    components: [main]\n", "")
        (tmp_path / "m.yaml").write_text(manifest)
    project.run()
    assert "l.json: verified" in project.run("--verify")
    shutil.rmtree(archive.directory)
    assert "l.json: verified" in project.run("--verify")


def test_packages_of_a_directory_and_of_a_url(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.directory / "debs").mkdir()
    Deb(name="own", control_fields="Depends: lib\n").write(project.directory / "debs")
    project.write("[app, other, own]", "omit: [debconf]\n")
    manifest = (project.directory / "m.yaml").read_text()
    vendor = "archives:\n  vendor: {directory: debs}\n"
    (project.directory / "m.yaml").write_text(manifest.replace("archives:\n", vendor))
    project.run()
    verified = project.run("--verify")
    assert "vendor: 1 packages, by digests of the manifest or from its directory" in verified
    change(project, lambda lock: lock["packages"]["amd64"][3].update(sha256=OTHER))
    assert "package own for amd64: sha256 = " in refused(project, capsys)


def test_effects_are_read_from_the_package_again(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = TinyArchive(str(tmp_path / "archive"))
    script = b"#!/bin/sh\nmkdir -p /var/lib/app\n"
    deb = Deb(name="app", version="1.0", scripts=("postinst",), script=script)
    archive.add("app", architecture="amd64", deb=deb.build())
    archive.publish()
    project = Project(tmp_path, archive)
    project.write(more="effects: true\n")
    project.run()
    assert "l.json: verified" in project.run("--verify")

    def edit(lock: Lock) -> None:
        assert lock["packages"]["amd64"][0]["effects"]
        lock["packages"]["amd64"][0]["effects"] = []

    change(project, edit)
    assert "package app for amd64: effects are not what" in refused(project, capsys)
