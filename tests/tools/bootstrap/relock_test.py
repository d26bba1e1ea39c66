"""Bazel's packages are resolved again from a signed archive, for one architecture."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.lock.tiny_archive import TinyArchive, new_key, public_key
from tools.bootstrap.relock import RelockError, relock
from tools.errors import PlinthError
from tools.lock.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> TinyArchive:
    """Provide the archive, and a source tree whose lock was made from it."""
    made = TinyArchive(str(tmp_path / "tiny"), architectures=("amd64", "arm64"))
    made.add("bazel", depends="bash")
    made.add("bash")
    made.publish()
    here = tmp_path / "repository/tools/bootstrap"
    here.mkdir(parents=True)
    (here / "tiny.asc").write_text(public_key(made.key))
    manifest: dict[str, Any] = {
        "version": 1,
        "archives": {"tiny": {"suites": ["tiny"], "components": ["main"], "keys": ["tiny.asc"]}},
        "architectures": ["amd64", "arm64"],
        "packages": ["bazel"],
    }
    (here / "bazel.json").write_text(json.dumps(manifest))
    files = ["--manifest", str(here / "bazel.json"), "--lock", str(here / "bazel.lock.json")]
    assert main(files, environment={"PLINTH_MIRRORS": f"tiny={made.url}"}) == 0
    return made


def make(archive: TinyArchive, tmp_path: Path) -> Any:
    path = tmp_path / "new.lock.json"
    environment = {"PLINTH_MIRRORS": f"tiny={archive.url}"}
    relock(str(tmp_path / "repository"), "bazel", str(path), "arm64", environment)
    return json.loads(path.read_text())


def test_the_new_versions_are_locked_and_told(
    archive: TinyArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive.add("bazel", "1.1", depends="bash")
    archive.publish()
    lock = make(archive, tmp_path)
    assert list(lock["packages"]) == ["arm64"]
    assert [(each["name"], each["version"]) for each in lock["packages"]["arm64"]] == [
        ("bash", "1.0"),
        ("bazel", "1.1"),
    ]
    assert "bazel 1.0 -> 1.1" in capsys.readouterr().err


def test_nobody_can_hand_us_older_packages(archive: TinyArchive, tmp_path: Path) -> None:
    archive.publish(date="Tue, 01 Jan 2019 00:00:00 UTC")
    with pytest.raises(PlinthError, match="older"):
        make(archive, tmp_path)
    assert not (tmp_path / "new.lock.json").exists()


def test_the_signature_of_a_stranger_is_refused(archive: TinyArchive, tmp_path: Path) -> None:
    archive.publish(signer=new_key("Mallory"))
    with pytest.raises(PlinthError, match="InRelease"):
        make(archive, tmp_path)
    assert not (tmp_path / "new.lock.json").exists()


def test_a_python_that_is_too_old_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    with pytest.raises(RelockError, match=r"Python 3\.10 is too old .*\n  Use Python 3\.11"):
        relock(str(tmp_path / "repository"), "bazel", "unused", "amd64", {})
    assert not (tmp_path / "unused").exists()
