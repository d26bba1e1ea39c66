"""A package becomes a fragment: what is kept, how it is rewritten, what is refused."""

from __future__ import annotations

import hashlib
import os
import tarfile
import time
from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import COMPRESSIONS, Deb, Entry, make_ar, make_tar
from tests.tools.elf_builder import Elf
from tests.tools.workbench import Failed, Workbench
from tools.layer import fragment
from tools.tar import decompress

if TYPE_CHECKING:
    from pathlib import Path

LONG = "usr/share/" + "d" * 120 + "/" + "f" * 140

SOUND = Deb(
    [
        Entry("./"),
        Entry("./usr/", mode=0o755),
        Entry("./usr/bin/", mode=0o755),
        Entry("./usr/bin/tool", b"#!/bin/sh\n", 0o755),
        Entry("./usr/bin/alias", symlink="tool"),
        Entry("./usr/bin/twin", hardlink="./usr/bin/tool"),
        Entry("./usr/bin/mount", b"setuid", 0o4755),
        Entry("./var/local/", mode=0o2775, gid=50),
        Entry("./usr/share/doc/hello/", mode=0o755),
        Entry("./usr/share/doc/hello/copyright", b"free"),
        Entry("./usr/share/doc/hello/changelog.gz", b"long"),
        Entry("./usr/share/man/", mode=0o755),
        Entry("./usr/share/man/man1/tool.1.gz", b"page"),
        Entry("./usr/share/a name, with ünïcode", b"x"),
        Entry(f"./{LONG}", b"deep"),
    ]
)


def test_entries_are_normalised(workbench: Workbench) -> None:
    members = workbench.package(SOUND).members()
    assert {member.mtime for member in members} == {0}
    assert {(member.uname, member.gname) for member in members} == {("", "")}
    assert not any(member.name.startswith(("./", "/")) for member in members)
    assert not any(member.isdir() for member in members), "the layer writes directories"


def test_content_links_and_modes_survive(workbench: Workbench) -> None:
    fragment = workbench.package(SOUND)
    members = {member.name: member for member in fragment.members()}
    assert fragment.content("usr/bin/twin") == b"#!/bin/sh\n"
    assert fragment.content(LONG) == b"deep"
    assert members["usr/bin/alias"].linkname == "tool"
    assert members["usr/bin/mount"].mode == 0o4755
    assert fragment.entry("usr/bin/twin")["target"] == "usr/bin/tool"
    assert fragment.entry("usr/share/a name, with ünïcode")["size"] == 1
    assert fragment.entry("usr/bin/tool") == {
        "path": "usr/bin/tool",
        "type": "file",
        "mode": 0o755,
        "uid": 0,
        "gid": 0,
        "size": 10,
        "sha1": hashlib.sha1(b"#!/bin/sh\n", usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(b"#!/bin/sh\n").hexdigest(),
        "shebang": "/bin/sh",
    }


def test_directories_are_facts(workbench: Workbench) -> None:
    fragment = workbench.package(SOUND)
    assert fragment.entry("var/local")["mode"] == 0o2775
    assert fragment.entry("var/local")["gid"] == 50
    assert "" not in fragment.paths


def test_documentation_is_dropped_but_the_licence_is_kept(workbench: Workbench) -> None:
    fragment = workbench.package(SOUND)
    assert "usr/share/doc/hello/copyright" in fragment.paths
    assert not [path for path in fragment.paths if "changelog" in path or "/man" in path]
    assert fragment.facts["dropped"] == {"entries": 3, "size_bytes": 8}


def test_status_for_scanners(workbench: Workbench) -> None:
    fragment = workbench.package(SOUND)
    assert fragment.content("var/lib/dpkg/status.d/hello") == SOUND.control
    listed = fragment.content("var/lib/dpkg/status.d/hello.md5sums").decode()
    names = [line.split("  ", 1)[1] for line in listed.splitlines()]
    assert "usr/bin/tool" in names
    assert "usr/share/doc/hello/changelog.gz" not in names, "scanners would look for it"


def test_md5sums_are_made_where_a_package_has_none(workbench: Workbench) -> None:
    deb = Deb([Entry("./lib/x", b"content")], md5sums=False)
    listed = workbench.package(deb).content("var/lib/dpkg/status.d/hello.md5sums")
    assert listed == b"9a0364b9e99bb480dd25e1f0284c8555  usr/lib/x\n"


def test_merged_usr(workbench: Workbench) -> None:
    deb = Deb(
        [
            Entry("./lib/", mode=0o755),
            Entry("./lib/libx.so.1", b"x"),
            Entry("./bin/x", b"y"),
            Entry("./sbin/x", hardlink="./bin/x"),
            Entry("./libexec/x", b"z"),
        ]
    )
    fragment = workbench.package(deb)
    assert fragment.paths == [
        "libexec/x",
        "usr/bin/x",
        "usr/lib",
        "usr/lib/libx.so.1",
        "usr/sbin/x",
        "var/lib/dpkg/status.d/hello",
        "var/lib/dpkg/status.d/hello.md5sums",
    ]
    assert fragment.entry("usr/sbin/x")["target"] == "usr/bin/x"
    listed = fragment.content("var/lib/dpkg/status.d/hello.md5sums").decode()
    assert "  usr/lib/libx.so.1\n" in listed


def test_the_links_of_merged_usr_themselves_stay(workbench: Workbench) -> None:
    fragment = workbench.package(Deb([Entry("./lib", symlink="usr/lib")]))
    assert fragment.entry("lib")["target"] == "usr/lib"


def test_a_link_to_another_packages_licence_stays(workbench: Workbench) -> None:
    deb = Deb([Entry("./usr/share/doc/hello", symlink="hello-base")])
    assert workbench.package(deb).entry("usr/share/doc/hello")["target"] == "hello-base"


def test_a_hard_link_to_a_dropped_file_becomes_the_file(workbench: Workbench) -> None:
    deb = Deb(
        [
            Entry("./usr/share/man/original", b"content", 0o640),
            Entry("./usr/lib/second", hardlink="./usr/share/man/original"),
            Entry("./usr/lib/third", hardlink="./usr/share/man/original"),
        ]
    )
    fragment = workbench.package(deb)
    assert fragment.content("usr/lib/second") == b"content"
    assert fragment.entry("usr/lib/second")["mode"] == 0o640
    assert fragment.entry("usr/lib/third")["target"] == "usr/lib/second"


def test_own_policy_instead_of_the_default(workbench: Workbench) -> None:
    everything = workbench.package(SOUND, ("policy", {}))
    assert "usr/share/man/man1/tool.1.gz" in everything.paths
    more = workbench.package(SOUND, ("policy", "default"), ("policy", {"omit": ["usr/bin/*"]}))
    assert not [path for path in more.paths if path.startswith(("usr/bin/", "usr/share/man"))]


def test_an_identical_second_entry_is_ignored(workbench: Workbench) -> None:
    twice = [Entry("./usr/x", b"same"), Entry("./usr/x", b"same")]
    members = [member.name for member in workbench.package(Deb(twice)).members()]
    assert members.count("usr/x") == 1


def test_maintainer_scripts_are_listed_not_run(workbench: Workbench) -> None:
    facts = workbench.package(Deb(scripts=("postinst", "prerm"))).facts
    assert facts["scripts"] == ["postinst", "prerm"]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_every_compression_gives_the_same_fragment(workbench: Workbench, compression: str) -> None:
    plain = workbench.package(SOUND)
    packed = workbench.package(Deb(SOUND.entries, compression=compression))
    assert packed.segment.read_bytes() == plain.segment.read_bytes()


@pytest.mark.parametrize("tar_format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_tar_dialect_gives_the_same_fragment(workbench: Workbench, tar_format: int) -> None:
    plain = workbench.package(SOUND)
    dialect = workbench.package(
        Deb(SOUND.entries, data=make_tar(SOUND.entries, tar_format=tar_format))
    )
    assert dialect.segment.read_bytes() == plain.segment.read_bytes()


def test_bytes_depend_on_the_content_alone(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = Deb([*SOUND.entries, Entry("./usr/lib/big", bytes(range(256)) * 20_000)])
    first = workbench.package(big)
    monkeypatch.setattr(decompress, "_INPUT", 37)
    monkeypatch.setattr(decompress, "_OUTPUT", 1013)
    monkeypatch.setenv("TZ", "Pacific/Chatham")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    time.tzset()
    previous = os.umask(0o077)
    try:
        second = workbench.package(big)
    finally:
        os.umask(previous)
    assert second.segment.read_bytes() == first.segment.read_bytes()
    assert second.facts == first.facts


def test_large_programs_are_read_from_disk(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    elf = Elf(soname="libx.so.1", needed=("libc.so.6",)).build()
    deb = Deb([Entry("./usr/lib/libx.so.1", elf)])
    in_memory = workbench.package(deb)
    monkeypatch.setattr(fragment, "_LARGEST_IN_MEMORY", 100)
    on_disk = workbench.package(deb)
    assert on_disk.facts == in_memory.facts
    assert on_disk.entry("usr/lib/libx.so.1")["elf"]["soname"] == "libx.so.1"
    assert not list(workbench.directory.glob("*.elf"))


def test_small_configuration_is_in_the_facts(workbench: Workbench) -> None:
    deb = Deb([Entry("./etc/ld.so.conf.d/libc.conf", b"/usr/local/lib\n")])
    entry = workbench.package(deb).entry("etc/ld.so.conf.d/libc.conf")
    assert entry["text"] == "/usr/local/lib\n"


DAMAGED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "cannot read"),
    "no ar": (b"PK\3\4 something else", "not a Debian package"),
    "cut short": (SOUND.build()[:-40], "cut short"),
    "no control": (
        make_ar([("debian-binary", b"2.0\n"), ("control.tar", make_tar([])), ("data.tar", b"")]),
        "no file named control",
    ),
    "damaged xz": (
        Deb(SOUND.entries).build().replace(b"\xfd7zXZ\x00", b"\xfd7zXY\x00"),
        "xz stream is damaged",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_packages_are_refused(workbench: Workbench, tmp_path: Path, case: str) -> None:
    data, message = DAMAGED[case]
    path = tmp_path / "damaged.deb"
    path.write_bytes(data)
    with pytest.raises(Failed, match=message):
        workbench.fragment("package-fragment", ("deb", str(path)), ("package", SOUND.facts))


@pytest.mark.parametrize("compression", ["xz", "gz", "bz2", "zst"])
def test_a_damaged_stream_is_noticed_to_its_last_byte(
    workbench: Workbench, tmp_path: Path, compression: str
) -> None:
    whole = COMPRESSIONS[compression](make_tar(SOUND.entries))
    path = tmp_path / "cut.deb"
    for data in (whole[:-1], whole[: len(whole) // 2]):
        control = COMPRESSIONS["gz"](make_tar([Entry("./control", SOUND.control)]))
        members = [("debian-binary", b"2.0\n"), ("control.tar.gz", control)]
        path.write_bytes(make_ar([*members, (f"data.tar.{compression}", data)]))
        with pytest.raises(Failed, match=r"cut short|damaged"):
            workbench.fragment("package-fragment", ("deb", str(path)), ("package", SOUND.facts))


@pytest.mark.parametrize("key", ["name", "version", "architecture"])
def test_another_package_than_the_locked_one(
    workbench: Workbench, tmp_path: Path, key: str
) -> None:
    with pytest.raises(Failed, match=r"but the lock says other"):
        workbench.fragment(
            "package-fragment",
            ("deb", SOUND.write(tmp_path)),
            ("package", {**SOUND.facts, key: "other"}),
        )


def test_facts_tell_what_the_package_says_of_itself(workbench: Workbench) -> None:
    text = (
        b"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        b"Files: *\nLicense: Expat\n"
    )
    deb = Deb(
        [Entry("./usr/share/doc/hello/copyright", text)],
        control_fields="Pre-Depends: a\nDepends: b (>= 1), c | d\nHomepage: https://hello.example\n",
    )
    fragment = workbench.package(deb)
    assert fragment.facts["package"] == {
        **deb.facts,
        "maintainer": "Nobody <nobody@mirror.example>",
        "homepage": "https://hello.example",
        "depends": "a, b (>= 1), c | d",
        "summary": "for tests",
    }
    assert fragment.entry("usr/share/doc/hello/copyright")["licenses"] == ["Expat"]
