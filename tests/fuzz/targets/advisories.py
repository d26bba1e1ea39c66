"""What is known of vulnerabilities."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.target import Target, corpus
from tools.advisory.database import Database
from tools.advisory.finding import Package
from tools.advisory.vex import read_statements

_OSV, _TRACKER, _VEX = corpus("osv.json", "tracker.json", "vex.json")


def _database(content: bytes, directory: Path) -> None:
    path = directory / "database.json"
    path.write_bytes(content)
    database = Database([str(path)])
    for package in _PACKAGES:
        database.knows(package)
        list(database.findings(package))


def _vex(content: bytes, directory: Path) -> None:
    path = directory / "vex.json"
    path.write_bytes(content)
    read_statements(str(path))


_PACKAGES = (
    Package("tzdata", "Debian:9", "tzdata", "2021a-0+deb9u1", "stretch", "pkg:deb/debian/tzdata"),
    Package("libjs-prototype", "Debian:9", "prototypejs", "1.5", "stretch", "pkg:deb/debian/x"),
    Package("jinja2", "PyPI", "jinja2", "2.4.1", "", "pkg:pypi/jinja2"),
)

TARGETS = (
    Target("osv", _database, (_OSV,), is_json=True),
    Target("tracker", _database, (_TRACKER,), is_json=True),
    Target("vex", _vex, (_VEX,), is_json=True),
)
