"""What package managers have recorded: dpkg's and apk's databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.errors import PlinthError
from tools.layer.package_database import PackageDatabase, is_record

STATUS = b"""\
Package: libx
Status: install ok installed
Version: 1.2-3+b1
Architecture: amd64
Multi-Arch: same
Source: x (1.2-3)
Pre-Depends: libc6 (>= 2.36)
Depends: liby | libz
Maintainer: X <x@example.org>
Description: a library
 of more lines

Package: half
Status: install ok half-configured
Version: 1

Package: gone
Status: deinstall ok config-files
Version: 1

Package: tool
Status: hold ok installed
Version: 2
Architecture: all
"""

APK = b"""\
C:Q1pQfZ5kAxEaeMbDzLzkFh2wKXZ4w=
P:musl
V:1.2.5-r0
A:x86_64
S:400000
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
m:Timo <t@alpinelinux.example>
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1kR2pKq+AYLlmxPDKHk3QX4AS2wM=
R:libc.musl-x86_64.so.1

C:Q1a
P:busybox-binsh
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only
o:busybox
D:busybox=1.36.1-r29 so:libc.musl-x86_64.so.1 !other musl>=1.2
p:/bin/sh cmd:sh=1.36.1-r29
r:busybox-initscripts
F:bin
R:sh

"""


def test_the_files_of_databases() -> None:
    for path in (
        "var/lib/dpkg/status",
        "var/lib/dpkg/status.d/libc6",
        "var/lib/dpkg/info/libc6:amd64.list",
        "lib/apk/db/installed",
        "usr/lib/apk/db/installed",
    ):
        assert is_record(path), path
    for path in (
        "var/lib/dpkg/status-old",
        "var/lib/dpkg/info/libc6:amd64.md5sums",
        "var/lib/dpkg/info/x/y.list",
        "lib/apk/db/scripts.tar",
        "x.list",
    ):
        assert not is_record(path), path


def test_dpkgs_status() -> None:
    database = PackageDatabase(
        {
            "var/lib/dpkg/status": STATUS,
            "var/lib/dpkg/info/libx:amd64.list": b"/.\n/usr\n/lib/libx.so.1\n",
            "var/lib/dpkg/info/gone.list": b"/etc/gone.conf\n",
        }
    )
    assert set(database.packages) == {"libx", "tool"}
    assert database.packages["libx"] == {
        "name": "libx",
        "version": "1.2-3+b1",
        "architecture": "amd64",
        "source": "x",
        "source_version": "1.2-3",
        "depends": "libc6 (>= 2.36), liby | libz",
        "maintainer": "X <x@example.org>",
        "summary": "a library",
    }
    assert database.packages["tool"]["source"] == "tool"
    assert database.owners["lib/libx.so.1"] == "libx"
    assert database.owners["usr/lib/libx.so.1"] == "libx", "/lib is a link on a merged /usr"
    assert "etc/gone.conf" not in database.owners


def test_status_d_has_a_file_for_each_package() -> None:
    stanza = b"Package: a\nVersion: 1\nArchitecture: all\n"
    sums = b"d41d8cd98f00b204e9800998ecf8427e  usr/share/a file\n"
    database = PackageDatabase(
        {"var/lib/dpkg/status.d/a": stanza, "var/lib/dpkg/status.d/a.md5sums": sums}
    )
    assert list(database.packages) == ["a"]
    assert database.owners == {"usr/share/a file": "a"}


@pytest.mark.parametrize("path", ["lib/apk/db/installed", "usr/lib/apk/db/installed"])
def test_apks_database(path: str) -> None:
    database = PackageDatabase({path: APK})
    assert database.packages["busybox-binsh"] == {
        "type": "apk",
        "name": "busybox-binsh",
        "version": "1.36.1-r29",
        "architecture": "x86_64",
        "source": "busybox",
        "source_version": "1.36.1-r29",
        "license": "GPL-2.0-only",
        "requires": ["musl"],
    }
    assert database.packages["musl"]["homepage"] == "https://musl.libc.org/"
    assert database.owners["lib/ld-musl-x86_64.so.1"] == "musl"
    assert database.owners["bin/sh"] == "busybox-binsh"
    assert database.owners["usr/bin/sh"] == "busybox-binsh"


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("lib/apk/db/installed", b"P:x\nnonsense\n", "package 1: 'nonsense' is no field"),
        ("lib/apk/db/installed", b"P:a\nV:1\n\nP:x\n", "package 2: without a name"),
        ("lib/apk/db/installed", b"P:x\nV:\xff\n", "not UTF-8"),
        ("var/lib/dpkg/status", b"Package: x\nStatus: install ok installed\n", "without a name"),
        ("var/lib/dpkg/status", b"nonsense\n", "a line must be"),
    ],
)
def test_damaged_records_are_refused(path: str, content: bytes, words: str) -> None:
    with pytest.raises(PlinthError, match=words):
        PackageDatabase({path: content})


# What ends a line ends the field.
HOSTILE = [
    value
    for value in json.loads(Path("tests/grammar.json").read_text(encoding="utf-8"))["anywhere"]
    if isinstance(value, str) and value.strip() == value and value and not set("\n\r") & set(value)
]
GOOD = {"Package": "lib", "Version": "1", "Architecture": "amd64", "Source": "source (2)"}


@pytest.mark.parametrize("field", GOOD)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_fields_of_dpkgs_status_are_refused(field: str, value: str) -> None:
    fields = {**GOOD, field: value}
    content = "".join(f"{name}: {text}\n" for name, text in fields.items()).encode()
    refused({"var/lib/dpkg/status.d/lib": content})


@pytest.mark.parametrize("field", "PVAo")
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_fields_of_apks_database_are_refused(field: str, value: str) -> None:
    fields = {"P": "musl", "V": "1.2-r0", "A": "x86_64", "o": "musl", field: value}
    content = "".join(f"{name}:{text}\n" for name, text in fields.items()).encode()
    refused({"lib/apk/db/installed": content})


def refused(records: dict[str, bytes]) -> None:
    with pytest.raises(PlinthError) as caught:
        PackageDatabase(records)
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("value", HOSTILE)
def test_texts_of_packages_can_be_printed(value: str) -> None:
    names = ("Maintainer", "Homepage", "Depends", "Provides", "Description")
    content = "Package: lib\nVersion: 1\n" + "".join(f"{name}: {value}\n" for name in names)
    (package,) = PackageDatabase({"var/lib/dpkg/status": content.encode()}).packages.values()
    assert all(str(text).isprintable() for text in package.values())


def test_there_are_enough_hostile_values() -> None:
    assert len(HOSTILE) >= 40
