"""The lock file: canonical, atomic, strict."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib

import pytest

from tools.lock.lockfile import lockfile
from tools.lock.lockfile.changes import describe_changes, describe_size
from tools.lock.lockfile.lockfile import (
    Lock,
    LockedArchive,
    LockedPackage,
    LockedSuite,
    LockFileError,
    format_lock,
    read_lock,
    write_lock,
)


def package(name: str, version: str = "1.0", *depends: str) -> LockedPackage:
    return LockedPackage(
        name=name,
        version=version,
        architecture="all",
        source=name,
        source_version=version,
        archive="debian",
        suite="trixie",
        filename=f"pool/{name}.deb",
        sha256="00" * 32,
        size=1_500_000,
        depends={each: f"{each} (>= 0.1)" for each in depends},
    )


LOCK = Lock(
    manifest_sha256="ab",
    archives={
        "debian": LockedArchive(
            {
                "trixie": LockedSuite(
                    "trixie",
                    "2026-11-21T09:15:44Z",
                    None,
                    ("main",),
                    ("F00D",),
                    "cd" * 32,
                    {"p": "ef" * 32},
                )
            },
            ("snapshot",),
            "20261122T091544Z",
        )
    },
    omitted={"amd64": {"debconf": ("app",)}, "arm64": {}},
    packages={
        "amd64": (package("app", "1.0", "lib"), package("lib")),
        "arm64": (package("app", "1.0", "lib"), package("lib")),
    },
    provided={"amd64": {"library": "lib"}},
)


def test_what_is_written_is_read_back(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "l.json")
    assert write_lock(path, LOCK)
    assert read_lock(path) == LOCK
    assert not write_lock(path, LOCK), "an equal lock is not written again"


def test_the_text_is_canonical() -> None:
    text = format_lock(LOCK)
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"
    assert "valid_until" not in text
    assert json.loads(text)["version"] == 1


def test_what_mirrors_call_an_archive_is_told_where_its_name_does_not(
    tmp_path: pathlib.Path,
) -> None:
    then = dataclasses.replace(LOCK.archives["debian"], archive="debian")
    lock = dataclasses.replace(LOCK, archives={**LOCK.archives, "debian-then": then})
    path = str(tmp_path / "l.json")
    write_lock(path, lock)
    assert read_lock(path) == lock
    assert [lock.mirror_name(name) for name in lock.archives] == ["debian", "debian"]
    archives = json.loads(format_lock(lock))["archives"]
    assert "archive" not in archives["debian"]


def test_an_interrupted_write_leaves_the_old_lock(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "l.json")
    write_lock(path, LOCK)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_lock(path, dataclasses.replace(LOCK, manifest_sha256="other"))
    assert read_lock(path) == LOCK
    assert os.listdir(tmp_path) == ["l.json"]


def test_a_directory_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(LockFileError, match="cannot write it: No such file"):
        write_lock(str(tmp_path / "gone" / "l.json"), LOCK)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("<<<<<<< HEAD", "not JSON"),
        ("[]", "lock version null"),
        ('{"version": 99}', "lock version 99 is not known"),
        (json.dumps({"version": lockfile.VERSION}), "archives should be an object"),
    ],
)
def test_what_is_no_lock(tmp_path: pathlib.Path, text: str, problem: str) -> None:
    (tmp_path / "l.json").write_text(text)
    with pytest.raises(LockFileError, match=problem):
        read_lock(str(tmp_path / "l.json"))


def test_changes_are_told_once_for_all_architectures() -> None:
    new = dataclasses.replace(
        LOCK,
        packages={
            "amd64": (package("app", "1.1"), package("new"), package("lib", "0.9")),
            "arm64": (package("app", "1.1"), package("new")),
        },
    )
    assert describe_changes(LOCK, new) == [
        "* app 1.0 -> 1.1",
        "- lib 1.0  [arm64]",
        "* lib 1.0 -> 0.9  (older!)  [amd64]",
        "+ new 1.0",
    ]
    assert describe_changes(LOCK, LOCK) == []
    assert describe_changes(None, LOCK) == ["+ app 1.0", "+ lib 1.0"]


def test_sizes() -> None:
    assert describe_size(LOCK)[0] == "amd64: 2 packages, 3.0 MB"


def test_locks_with_names_only_are_still_read(tmp_path: pathlib.Path) -> None:
    data = json.loads(format_lock(LOCK))
    data["packages"]["amd64"][0]["depends"] = ["lib"]
    (tmp_path / "l.json").write_text(json.dumps(data))
    assert read_lock(str(tmp_path / "l.json")).packages["amd64"][0].depends == {"lib": "lib"}
