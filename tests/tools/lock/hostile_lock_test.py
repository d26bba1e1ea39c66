"""A lock is data: hostile fields are refused, with one clear error, by whatever reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.lock.lockfile.lockfile import LockFileError, read_lock
from tools.lock.mirror import main as fetch_main

VALUES = json.loads(Path("tests/grammar.json").read_text(encoding="utf-8"))["anywhere"]
SHA256 = "0123456789abcdef" * 4
PACKAGE = {
    "name": "tzdata",
    "version": "2026a-1",
    "architecture": "all",
    "source": "tzdata",
    "source_version": "2026a-1",
    "archive": "debian",
    "suite": "trixie",
    "filename": "pool/main/t/tzdata/tzdata_2026a-1_all.deb",
    "sha256": SHA256,
    "size": 1,
    "depends": {"tzdata": "tzdata"},
}
SUITE = {
    "codename": "trixie",
    "date": "2026-11-21T09:15:44Z",
    "components": ["main"],
    "signed_by": [],
    "inrelease_sha256": SHA256,
    "indexes": {"main/binary-amd64/Packages": SHA256},
}
ARCHIVE = {
    "mirrors": ["https://mirror.example/debian"],
    "snapshot": "20261121T091544Z",
    "suites": {"trixie": SUITE},
}


def lock(tmp_path: Path, **changes: Any) -> str:
    data = {
        "version": 1,
        "manifest_sha256": SHA256,
        "archives": {"debian": ARCHIVE},
        "omitted": {},
        "packages": {"amd64": [PACKAGE]},
        **changes,
    }
    path = tmp_path / "x.lock.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def test_a_good_lock_is_read(tmp_path: Path) -> None:
    assert read_lock(lock(tmp_path)).packages["amd64"][0].name == "tzdata"


@pytest.mark.parametrize("field", [field for field in PACKAGE if field not in ("suite", "depends")])
def test_hostile_fields_of_packages(tmp_path: Path, field: str) -> None:
    for value in VALUES:
        path = lock(tmp_path, packages={"amd64": [{**PACKAGE, field: value}]})
        with pytest.raises(LockFileError) as caught:
            read_lock(path)
        message = str(caught.value)
        assert f": {field} " in message
        assert message.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("archive", "problem"),
    [
        ({**ARCHIVE, "mirrors": ["http://user:pw@mirror.example/debian"]}, "a mirror"),
        ({**ARCHIVE, "snapshot": "../x"}, "snapshot"),
        ({**ARCHIVE, "archive": "../../x"}, "archive"),
        ({**ARCHIVE, "suites": {"../x": SUITE}}, "the name of a suite"),
        ({**ARCHIVE, "suites": {"x": {**SUITE, "inrelease_sha256": ""}}}, "inrelease_sha256"),
        ({**ARCHIVE, "suites": {"x": {**SUITE, "indexes": {"../y": SHA256}}}}, "of an index"),
    ],
)
def test_hostile_archives(tmp_path: Path, archive: dict[str, Any], problem: str) -> None:
    with pytest.raises(LockFileError, match=problem):
        read_lock(lock(tmp_path, archives={"debian": archive}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date", "yesterday"),
        ("date", "2026-02-31T00:00:00Z"),
        ("date", "2026-11-21T09:15:44+00:00"),
        ("date", "\uff12026-11-21T09:15:44Z"),
        ("valid_until", "\x1b[2J"),
        ("valid_until", 5),
        ("codename", "\x1b[2J"),
        ("components", "main"),
        ("components", ["\x1b[2J"]),
        ("signed_by", [5]),
    ],
)
def test_hostile_suites(tmp_path: Path, field: str, value: object) -> None:
    archive = {**ARCHIVE, "suites": {"trixie": {**SUITE, field: value}}}
    with pytest.raises(LockFileError, match=f'archive "debian": suite "trixie": {field}'):
        read_lock(lock(tmp_path, archives={"debian": archive}))


def test_hostile_relations(tmp_path: Path) -> None:
    for value in ("", "\x1b[31m", "a\nb", 'x",)', "\u202e", 5, None, ["x"], "x" * 10 + "\x00"):
        package = {**PACKAGE, "depends": {"tzdata": value}}
        with pytest.raises(LockFileError, match=r"depends: .* should be a list of relations"):
            read_lock(lock(tmp_path, packages={"amd64": [package]}))


@pytest.mark.parametrize("name", [None, 1, {}, [], ["tzdata"], "gone"])
def test_hostile_names_of_dependencies(tmp_path: Path, name: object) -> None:
    path = lock(tmp_path, packages={"amd64": [{**PACKAGE, "depends": [name]}]})
    with pytest.raises(LockFileError, match="which is not locked"):
        read_lock(path)


@pytest.mark.parametrize(
    "provided",
    [
        [],
        {"amd64": []},
        {"arm64": {}},
        {"amd64": {"../x": "tzdata"}},
        {"amd64": {"tzdata": "tzdata"}},
        {"amd64": {"zones": "gone"}},
        {"amd64": {"zones": ["tzdata"]}},
        {"amd64": {"zones": 5}},
    ],
)
def test_hostile_names_that_packages_provide(tmp_path: Path, provided: object) -> None:
    with pytest.raises(LockFileError, match="provide"):
        read_lock(lock(tmp_path, provided=provided))
    good = lock(tmp_path, provided={"amd64": {"zones": "tzdata"}})
    assert read_lock(good).provided == {"amd64": {"zones": "tzdata"}}


def test_hostile_effects(tmp_path: Path) -> None:
    good = {"kind": "directory", "path": "/srv", "script": "postinst", "line": 2}
    read_lock(lock(tmp_path, packages={"amd64": [{**PACKAGE, "effects": [good]}]}))
    hostile: list[object] = [
        {},
        "x",
        [5],
        [{}],
        [{**good, "kind": "\x1b[2J"}],
        [{**good, "script": None}],
        [{**good, "line": -1}],
        [{**good, "when": "x"}],
        [{**good, "when": [["x"]]}],
    ]
    for effects in hostile:
        with pytest.raises(LockFileError, match="effects"):
            read_lock(lock(tmp_path, packages={"amd64": [{**PACKAGE, "effects": effects}]}))


def test_what_does_not_fit_together(tmp_path: Path) -> None:
    for packages, problem in (
        ({"amd64": [PACKAGE, PACKAGE]}, "there twice"),
        ({"amd64": [{**PACKAGE, "depends": {"gone": "gone"}}]}, 'depends on "gone"'),
        ({"amd64": [{**PACKAGE, "architecture": "arm64"}]}, "should be amd64 or all"),
        ({"amd64": [{**PACKAGE, "archive": "other"}]}, "none of the lock's archives"),
        ({"armel": [PACKAGE]}, 'locked for "armel"'),
    ):
        with pytest.raises(LockFileError, match=problem):
            read_lock(lock(tmp_path, packages=packages))


def test_fetching_writes_nothing_outside_its_directory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for filename in ("../../escaped.deb", "/escaped.deb", "pool/../../escaped.deb"):
        path = lock(tmp_path, packages={"amd64": [{**PACKAGE, "filename": filename}]})
        assert fetch_main(["--lock", path, "--out", str(tmp_path / "a/b")], environment={}) == 1
        assert "filename = " in capsys.readouterr().err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x.lock.json"]
