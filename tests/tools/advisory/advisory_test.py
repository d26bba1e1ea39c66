"""Vulnerabilities are found by source and version, in real records; see testdata/README.md."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tools.action.params import Params
from tools.advisory.advisory_verb import WordError, run
from tools.advisory.database import Database
from tools.advisory.finding import STATES, Finding, Package, Severity
from tools.advisory.formats import document, sarif, text_lines
from tools.advisory.match import MatchResult, Policy, judge
from tools.advisory.osv import find_in_record, read_record, severity_of
from tools.advisory.show import fixed_by
from tools.advisory.vex import VexError, read_statements
from tools.lock.lockfile.lockfile import Lock, LockedPackage, write_lock

TESTDATA = Path(__file__).parent / "testdata"
TRACKER, OSV = str(TESTDATA / "tracker.json"), str(TESTDATA / "osv.json")
EVERYTHING = Policy(Severity.UNIMPORTANT, frozenset(STATES))


def debian(source: str, version: str, release: str, number: str = "", name: str = "") -> Package:
    name = name or source
    purl = f"pkg:deb/debian/{name}"
    return Package(name, f"Debian:{number}", source, version, release, purl)


def look_up(*packages: Package, policy: Policy = EVERYTHING, **more: Any) -> MatchResult:
    return judge(packages, Database([TRACKER, OSV]), policy, **more)


def found(*packages: Package) -> list[tuple[str, str, str]]:
    verdict = look_up(*packages)
    return [(each.identifier, each.state, each.fixed_version) for each in verdict.failing]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("97.0-1", [("CVE-2022-0456", "fixed", "98.0.4758.80-1~deb11u1")]),
        ("98.0.4758.80-1~deb11u1~1", [("CVE-2022-0456", "fixed", "98.0.4758.80-1~deb11u1")]),
        ("98.0.4758.80-1~deb11u1", []),
        ("98.0.4758.102-1~deb11u1", []),
    ],
)
def test_the_version_that_fixes_it_decides(version: str, expected: list[Any]) -> None:
    assert found(debian("chromium", version, "bullseye")) == expected


def test_a_release_decides_for_itself() -> None:
    version = "98.0.4758.80-1~deb11u1"
    assert found(debian("chromium", version, "bookworm"))[0][2] == "98.0.4758.80-1"
    assert found(debian("chromium", version, "buster")) == [("CVE-2022-0456", "end-of-life", "")]
    assert found(debian("chromium", version, "trixie")) == []
    assert found(debian("sope", "5.8.0-1", "bookworm"))[0][2] == "5.8.0-1+deb12u1"
    assert found(debian("sope", "5.8.0-1+deb12u1", "bookworm")) == []
    assert found(debian("sope", "5.12.1-1", "trixie"))[0][2] == "5.12.1-2"


def test_a_release_that_never_had_it() -> None:
    assert found(debian("prototypejs", "1.7.1-3", "buster")) == []
    assert found(debian("prototypejs", "1.0-1", "buster")) == [
        ("CVE-2008-7220", "fixed", "1.6.0.2-1")
    ]


def test_the_tracker_marks_urgencies_of_others_with_stars() -> None:
    (finding,) = look_up(debian("txt2man", "1.5.5-4", "buster")).failing
    assert finding.severity == Severity.LOW


def state(directory: Path, **facts: str) -> list[Finding]:
    path = directory / "tracker.json"
    told = {"status": "open", **facts}
    path.write_text(json.dumps({"hello": {"CVE-1": {"releases": {"trixie": told}}}}))
    return list(Database([str(path)]).findings(debian("hello", "1", "trixie")))


@pytest.mark.parametrize(
    ("facts", "kind", "note"),
    [
        ({"urgency": "high"}, "open", ""),
        ({"nodsa": "Minor issue", "nodsa_reason": ""}, "no-dsa", "Minor issue"),
        ({"nodsa": "Too small", "nodsa_reason": "ignored"}, "no-dsa", "ignored: Too small"),
        ({"nodsa": "", "nodsa_reason": "postponed"}, "no-dsa", "postponed"),
        ({"urgency": "end-of-life"}, "end-of-life", ""),
        ({"status": "undetermined"}, "undetermined", ""),
    ],
)
def test_what_the_security_team_decided(
    tmp_path: Path, facts: dict[str, str], kind: str, note: str
) -> None:
    (finding,) = state(tmp_path, **facts)
    assert (finding.state, finding.note) == (kind, note)


def test_resolved_without_a_version_is_resolved(tmp_path: Path) -> None:
    assert state(tmp_path, status="resolved", fixed_version="<unfixed>") == []


def test_osv_of_a_debian_release() -> None:
    assert found(debian("dpkg", "1.18.25", "stretch", "9")) == [
        ("CVE-2022-1664", "fixed", "1.18.26")
    ]
    assert found(debian("dpkg", "1.18.26", "stretch", "9")) == []
    assert found(debian("dpkg", "1.18.25", "buster", "10")) == []
    assert found(debian("tzdata", "2021a-0+deb9u3", "stretch", "9"))[0][0] == "DLA-3051-1"


@pytest.mark.parametrize(
    ("version", "is_affected"),
    [("2.2.9", False), ("2.3.0", True), ("2.31.0rc1", True), ("2.31.0", False), ("2.30", True)],
)
def test_osv_of_python(version: str, is_affected: bool) -> None:
    package = Package("requests", "PyPI", "requests", version, "", "pkg:pypi/requests")
    assert [each[0] for each in found(package)] == (["CVE-2023-32681"] if is_affected else [])


def test_a_withdrawn_record_says_nothing() -> None:
    record = json.loads((TESTDATA / "osv.json").read_text())[1]
    package = debian("dpkg", "1.18.25", "stretch", "9")
    assert list(find_in_record(read_record(record, "osv"), package))
    withdrawn = read_record({**record, "withdrawn": "2026-01-01T00:00:00Z"}, "osv")
    assert not list(find_in_record(withdrawn, package))


_CVSS_3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
_CVSS_4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N"


@pytest.mark.parametrize(
    ("record", "severity"),
    [
        ({"database_specific": {"severity": "MODERATE"}}, Severity.MEDIUM),
        ({"severity": [{"type": "CVSS_V3", "score": _CVSS_3}]}, Severity.CRITICAL),
        ({"severity": [{"type": "CVSS_V4", "score": _CVSS_4}]}, Severity.HIGH),
        ({"severity": [{"type": "CVSS_V3", "score": "nonsense"}]}, Severity.UNKNOWN),
        ({}, Severity.UNKNOWN),
    ],
)
def test_how_bad_osv_says_it_is(record: dict[str, Any], severity: Severity) -> None:
    checked = read_record({**record, "id": "X", "affected": [{}]}, "osv")
    assert severity_of(checked, checked["affected"][0]) == severity


def test_packages_of_one_source_are_told_together() -> None:
    (finding,) = look_up(
        debian("dpkg", "1.18.25", "stretch", "9", name="libdpkg-dev"),
        debian("dpkg", "1.18.25", "stretch", "9", name="dpkg"),
    ).failing
    assert finding.names == ("dpkg", "libdpkg-dev")


@pytest.mark.parametrize(
    ("severity", "states", "fails"),
    [
        (Severity.LOW, ["fixed"], True),
        (Severity.MEDIUM, ["fixed"], False),
        (Severity.LOW, ["open"], False),
    ],
)
def test_what_counts(severity: Severity, states: list[str], fails: bool) -> None:
    verdict = look_up(debian("txt2man", "1.5", "buster"), policy=Policy(severity, states))
    assert bool(verdict.failing) is fails
    assert len(verdict.failing) + len(verdict.others) == 1


STATEMENT: dict[str, Any] = {
    "vulnerability": {"name": "CVE-2013-1444"},
    "products": [{"@id": "pkg:deb/debian/txt2man"}],
    "status": "not_affected",
    "justification": "vulnerable_code_not_in_execute_path",
    "status_notes": "Nothing runs txt2man here. expires: 2026-12-31",
}


def vex(directory: Path, **changes: Any) -> str:
    statement = {key: value for key, value in {**STATEMENT, **changes}.items() if value is not None}
    path = directory / "vex.json"
    path.write_text(
        json.dumps(
            {
                "@context": "https://openvex.dev/ns/v0.2.0",
                "@id": "https://example.com/vex",
                "author": "somebody",
                "timestamp": "2026-11-20T00:00:00Z",
                "version": 1,
                "statements": [statement],
            }
        )
    )
    return str(path)


def judged(path: str, as_of: date | None = date(2026, 11, 24)) -> MatchResult:
    return look_up(
        debian("txt2man", "1.5", "buster"), statements=read_statements(path), as_of=as_of
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"vulnerability": "CVE-2013-1444"},
        {"vulnerability": {"name": "X", "aliases": ["CVE-2013-1444"]}},
        {"products": None},
        {"products": [{"@id": "pkg:deb/debian/txt2man@1.5?arch=all"}]},
        {
            "products": [
                {"@id": "pkg:oci/app", "subcomponents": [{"@id": "pkg:deb/debian/txt2man"}]}
            ]
        },
        {"status": "fixed"},
    ],
)
def test_a_statement_suppresses_with_its_reason(tmp_path: Path, changes: dict[str, Any]) -> None:
    verdict = judged(vex(tmp_path, **changes))
    assert not verdict.failing
    assert verdict.others[0].suppressed == (
        "vulnerable code not in execute path (until 2026-12-31)"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"vulnerability": {"name": "CVE-2013-1445"}},
        {"products": [{"@id": "pkg:deb/debian/other"}]},
        {"products": [{"@id": "pkg:deb/debian/txt2man@1.6"}]},
        {"status": "under_investigation"},
    ],
)
def test_a_statement_about_something_else(tmp_path: Path, changes: dict[str, Any]) -> None:
    verdict = judged(vex(tmp_path, **changes))
    assert len(verdict.failing) == 1
    assert len(verdict.unused) == (changes.get("status") is None)


def test_a_statement_expires(tmp_path: Path) -> None:
    assert not judged(vex(tmp_path), date(2026, 12, 31)).failing
    (finding,) = judged(vex(tmp_path), date(2027, 1, 1)).failing
    assert finding.expired == "2026-12-31"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"justification": None}, "says not why"),
        ({"status_notes": "for now"}, "never ends"),
        ({"status": None}, "not an OpenVEX document"),
    ],
)
def test_a_statement_that_is_not_believed(
    tmp_path: Path, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(VexError, match=problem):
        read_statements(vex(tmp_path, **changes))


def test_a_statement_needs_a_day(tmp_path: Path) -> None:
    with pytest.raises(VexError, match="set as_of"):
        judged(vex(tmp_path), None)


def test_a_distribution_that_no_database_tells_of_fails() -> None:
    verdict = look_up(debian("hello", "1", "duke", "15"))
    assert verdict.untold == ("Debian:15",)
    assert not verdict.passed
    assert "no database covers it" in next(iter(text_lines("//:image", verdict)))
    assert look_up(debian("hello", "1", "trixie", "13")).passed
    assert look_up(Package("ms", "npm", "ms", "2.1.3", "", "pkg:npm/ms")).passed


def test_text_says_what_to_do() -> None:
    verdict = look_up(debian("dpkg", "1.18.25", "stretch", "9", name="libdpkg-perl"))
    assert list(text_lines("//:image", verdict)) == [
        "FAILED: //:image: 1 vulnerability that counts",
        "  1 package looked up",
        "",
        "  CVE-2022-1664  unknown  dpkg 1.18.25: fixed in 1.18.26",
        "    packages: libdpkg-perl",
        "    dpkg - security update",
        "",
        "  cure: update the lock; or explain in an OpenVEX statement why it is no risk",
    ]


def test_sarif_has_a_rule_and_a_result_for_each(tmp_path: Path) -> None:
    run = sarif("//app:image", judged(vex(tmp_path)))["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CVE-2013-1444"]
    (result,) = run["results"]
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
    assert result["suppressions"][0]["kind"] == "external"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "app/image"


def test_an_update_fixes() -> None:
    verdict = look_up(debian("dpkg", "1.18.25", "stretch", "9"))

    def lock(version: str) -> Lock:
        package = LockedPackage(
            "dpkg", version, "amd64", "dpkg", version, "debian", "stretch", "", "", 0, {}
        )
        return Lock("", {}, {}, {"amd64": (package,)})

    told = document("//:image", verdict, "")
    assert fixed_by(told, lock("1.18.25")) == []
    (fixed,) = fixed_by(told, lock("1.18.26"))
    assert (fixed["id"], fixed["updated"]) == ("CVE-2022-1664", "1.18.26")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("severity", "important", "severity: 'important' is none of unimportant, low"),
        ("state", "closed", "states: 'closed' is none of fixed, open"),
        ("as_of", "today", "as_of: 'today' is not a date\n  write YYYY-MM-DD"),
    ],
)
def test_a_word_that_means_nothing_is_refused(
    key: str, value: str, message: str, tmp_path: Path
) -> None:
    lock = tmp_path / "lock.json"
    write_lock(str(lock), Lock("00" * 32, {}, {}, {}))
    values = {
        "name": ["//:lock"],
        "lock": [str(lock)],
        "database": [OSV],
        "severity": ["low"],
        "as_of": ["2026-01-31"],
    }
    with pytest.raises(WordError, match=f"^{message}"):
        run(Params({**values, key: [value]}))
