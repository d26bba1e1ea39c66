"""Databases in every form that is published, and files that are none."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tools.advisory.database import AdvisoryDatabaseError, Database
from tools.advisory.finding import Package
from tools.errors import PlinthError

TESTDATA = Path(__file__).parent / "testdata"
RECORD: dict[str, Any] = json.loads((TESTDATA / "osv.json").read_text())[1]
_WRONG: tuple[Any, ...] = (1, "x", [1], [None], {"a": 1}, [[]])
DPKG = Package("dpkg", "Debian:9", "dpkg", "1.18.25", "stretch", "pkg:deb/debian/dpkg")
TRACKED: dict[str, Any] = {"releases": {"stretch": {"status": "open"}}}


@pytest.mark.parametrize(
    "document",
    [
        *(
            {**RECORD, key: value}
            for key in ("id", "aliases", "summary", "affected", "severity", "database_specific")
            for value in _WRONG
            if not (isinstance(value, str) and key in {"id", "summary"})
            and not (isinstance(value, dict) and key == "database_specific")
        ),
        *(
            {**RECORD, "affected": [{**RECORD["affected"][0], key: value}]}
            for key in ("package", "ranges", "versions", "ecosystem_specific")
            for value in _WRONG[:3]
        ),
        *(
            {**RECORD, "affected": [{"ranges": [{"type": "ECOSYSTEM", "events": events}]}]}
            for events in (1, "x", [1], [{"introduced": 1}], [{"introduced": ["0"]}])
        ),
        *({"x": {"CVE-1": {**TRACKED, "releases": value}}} for value in _WRONG[:3]),
        {"x": 1}, {"x": {"CVE-1": 1}}, [1], 1, "x", [[]],
    ],
)  # fmt: skip
def test_a_malformed_database_is_one_clear_error(document: object, tmp_path: Path) -> None:
    path = tmp_path / "database.json"
    path.write_text(json.dumps(document))
    with pytest.raises(PlinthError, match=r"database\.json"):
        Database([str(path)])


@pytest.mark.parametrize("text", [b"", b"[" * 100_000, b"\xff", b"PK\3\4", b"PK\5\6" + bytes(17)])
def test_what_is_no_json(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "database.json"
    path.write_bytes(text)
    with pytest.raises(PlinthError, match=r"database\.json"):
        Database([str(path)])


def test_what_is_null_is_not_said(tmp_path: Path) -> None:
    path = tmp_path / "database.json"
    nothing = dict.fromkeys(("aliases", "upstream", "severity", "database_specific", "details"))
    path.write_text(json.dumps({**RECORD, **nothing}))
    assert list(Database([str(path)]).findings(DPKG))


def test_every_form_of_osv_export(tmp_path: Path) -> None:
    records = json.loads((TESTDATA / "osv.json").read_text())
    for number, content in enumerate([records, {"vulns": records}, records[1]]):
        tmp_path.joinpath(f"{number}.json").write_text(json.dumps(content))
    with zipfile.ZipFile(tmp_path / "3.zip", "w") as archive:
        archive.writestr("DLA-3022-1.json", json.dumps(records[1]))
    for path in sorted(tmp_path.iterdir()):
        assert len(list(Database([str(path)]).findings(DPKG))) == 1, path


@pytest.mark.parametrize("content", ["", "[1]", '{"a": {"b": 1}}', "1"])
def test_what_is_no_database(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(AdvisoryDatabaseError, match=r"x\.json"):
        Database([str(path)])
