"""Manifests and locks of rules_distroless, for those who come from there."""

from __future__ import annotations

import json
import os
import pathlib

import pytest

from tests.tools.lock.project import Project
from tests.tools.lock.tiny_archive import TinyArchive


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    archive = TinyArchive(str(tmp_path / "archive"))
    archive.add("app", depends="lib")
    archive.add("lib", "1.0")
    archive.publish()
    project = Project(tmp_path, archive)
    project.write()
    project.run()
    return project


def test_a_manifest_of_rules_distroless(project: Project) -> None:
    (project.directory / "old.yaml").write_text(
        "version: 1\n"
        "sources:\n"
        "  - channel: trixie main contrib\n"
        "    url: https://snapshot-cloudflare.debian.org/archive/debian/20260101T000000Z\n"
        "  - channel: trixie-updates main contrib\n"
        "    url: https://snapshot-cloudflare.debian.org/archive/debian/20260101T000000Z\n"
        "  - channel: trixie-security main\n"
        "    url: https://snapshot.debian.org/archive/debian-security/20260102T000000Z\n"
        "  - channel: noble main\n"
        "    urls: [http://mirror.example/ubuntu, http://other.example/ubuntu]\n"
        "archs: [amd64, arm64]\n"
        "packages:\n  - libc6\n  - ncurses-base (= 6.5)\n"
    )
    os.unlink(project.directory / "m.yaml")
    assert "m.yaml: written" in project.run("--import", "old.yaml")
    assert (project.directory / "m.yaml").read_text() == (
        "# Imported from old.yaml of rules_distroless.\n"
        "version: 1\n\n"
        "archives:\n"
        "  debian:\n"
        "    snapshot: 20260101T000000Z\n"
        "    suites: [trixie, trixie-updates]\n"
        "    components: [main, contrib]\n"
        "    keys: [debian-13]\n"
        "  debian-security:\n"
        "    snapshot: 20260102T000000Z\n"
        "    suites: [trixie-security]\n"
        "    components: [main]\n"
        "    keys: [debian-13]\n"
        "  ubuntu:\n"
        '    mirrors: ["http://mirror.example/ubuntu", "http://other.example/ubuntu"]\n'
        "    suites: [noble]\n"
        "    components: [main]\n"
        "    keys: [keys/ubuntu.asc] # put the archive's public key there\n\n"
        "architectures: [amd64, arm64]\n\n"
        "packages:\n"
        "  - libc6\n"
        '  - "ncurses-base (= 6.5)"\n'
    )
    # What is there is not overwritten.
    project.run("--import", "old.yaml", status=1)


def test_a_lock_of_rules_distroless_to_compare_with(project: Project) -> None:
    old = {
        "version": 1,
        "packages": [
            {
                "key": "lib_0.9_amd64",
                "name": "lib",
                "version": "0.9",
                "arch": "amd64",
                "sha256": "00",
                "urls": [],
                "dependencies": [],
            }
        ],
    }
    (project.directory / "old.lock.json").write_text(json.dumps(old))
    assert "* lib 0.9 -> 1.0" in project.run("--diff", "old.lock.json")
