"""Hostile and damaged archives: each is refused by name."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import Deb, Entry, make_tar
from tests.tools.workbench import Failed, Workbench
from tools.tar import decompress, reader

if TYPE_CHECKING:
    from pathlib import Path


def raw(entry: Entry, **fields: bytes) -> bytes:
    """Return a tar archive of one entry whose header fields are overwritten, checksum made good."""
    places = {
        "name": (0, 100), "mode": (100, 8), "uid": (108, 8), "gid": (116, 8), "size": (124, 12),
        "magic": (257, 8), "prefix": (345, 155),
    }  # fmt: skip
    tar = bytearray(make_tar([entry]))
    for name, value in fields.items():
        start, length = places[name]
        tar[start : start + length] = value.ljust(length, b"\0")
    tar[148:156] = b"        "
    tar[148:156] = b"%06o\0 " % sum(tar[:512])
    return bytes(tar)


def pax(records: dict[str, str], entry: Entry) -> bytes:
    info = entry.to_tarinfo()
    info.pax_headers = records
    return info.tobuf(tarfile.PAX_FORMAT) + entry.content.ljust(512, b"\0") + bytes(1024)


FILE = Entry("./usr/x", b"content")

HOSTILE: dict[str, tuple[bytes, str]] = {
    "absolute path": (make_tar([Entry("/etc/passwd", b"x")]), "/etc/passwd: an absolute path"),
    "climbing path": (make_tar([Entry("./a/../../etc/x", b"x")]), "climbs out"),
    "parent alone": (make_tar([Entry("..")]), "climbs out"),
    "climbing pax path": (pax({"path": "../x"}, FILE), "climbs out"),
    "absolute pax path": (pax({"path": "/x"}, FILE), "absolute path"),
    "absolute hard link": (
        make_tar([FILE, Entry("./y", hardlink="/usr/x")]),
        "/usr/x: an absolute path",
    ),
    "climbing hard link": (make_tar([FILE, Entry("./y", hardlink="../x")]), "climbs out"),
    "hard link to nothing": (make_tar([Entry("./y", hardlink="./z")]), "y: a hard link to z"),
    "hard link before its target": (
        make_tar([Entry("./y", hardlink="./usr/x"), FILE]),
        "y: a hard link to usr/x",
    ),
    "hard link to a symbolic link": (
        make_tar([Entry("./s", symlink="x"), Entry("./y", hardlink="./s")]),
        "y: a hard link to s",
    ),
    "hard link to itself": (make_tar([Entry("./y", hardlink="./y")]), "y: a hard link to y"),
    "empty symbolic link": (
        make_tar([Entry("./s", type=tarfile.SYMTYPE)]),
        "s: a symbolic link to nothing",
    ),
    "character device": (make_tar([Entry("./dev/x", type=tarfile.CHRTYPE)]), "character device"),
    "block device": (make_tar([Entry("./dev/x", type=tarfile.BLKTYPE)]), "block device"),
    "fifo": (make_tar([Entry("./run/x", type=tarfile.FIFOTYPE)]), "x: the entry is a FIFO"),
    "sparse": (make_tar([Entry("./x", type=tarfile.GNUTYPE_SPARSE)]), "sparse"),
    "sparse in pax": (pax({"GNU.sparse.major": "1"}, FILE), "sparse"),
    "unknown type": (make_tar([Entry("./x", type=b"Q")]), "unknown type"),
    "multi-volume": (make_tar([Entry("./x", type=b"M")]), "multi-volume"),
    "two different files": (
        make_tar([FILE, Entry("./usr/x", b"other")]),
        "usr/x: is there twice",
    ),
    "file and link": (make_tar([FILE, Entry("./usr/x", symlink="y")]), "usr/x: is there twice"),
    "same file, other mode": (
        make_tar([FILE, Entry("./usr/x", b"content", 0o755)]),
        "usr/x: is there twice",
    ),
    "two paths that merge": (
        make_tar([Entry("./bin/x", b"a"), Entry("./usr/bin/x", b"b")]),
        "usr/bin/x: is there twice",
    ),
    "cut in a header": (make_tar([FILE])[:300], "cut short"),
    "cut in a body": (make_tar([Entry("./x", bytes(2000))])[:1024], "cut short"),
    "cut before the end": (make_tar([FILE])[:1024], "cut short"),
    "empty": (b"", "cut short"),
    "no tar": (b"\1" * 2048, "damaged tar header"),
    "damaged checksum": (b"X" + make_tar([FILE])[1:], "checksum"),
    "size is no number": (raw(FILE, size=b"zz"), "size is not an octal number"),
    "negative size": (raw(FILE, size=b"\xff" * 12), "negative size"),
    "huge size": (raw(FILE, size=b"\x80" + b"\x7f" * 11), "bytes of files"),
    "size in pax is no number": (pax({"size": "-1"}, FILE), "size is not a number"),
    "directory with a body": (
        raw(Entry("./d/"), size=b"00000000010\0"),
        "a link or directory with a body",
    ),
    "zero byte in a pax path": (pax({"path": "a\0b"}, FILE), "zero byte"),
    "damaged pax": (
        make_tar([Entry("./x", b"99 path=x\n", type=tarfile.XHDTYPE)]),
        "damaged pax header",
    ),
    "pax without length": (
        make_tar([Entry("./x", b"path=x\n", type=tarfile.XHDTYPE)]),
        "damaged pax header",
    ),
    "huge long name": (
        make_tar([Entry("./x", bytes(2 << 20), type=tarfile.GNUTYPE_LONGNAME)]),
        "extended header of",
    ),
    # Names.
    "empty name": (raw(FILE, name=b""), "an entry without a name"),
    "name too long for a component": (
        make_tar([Entry("./" + "n" * 256, b"x")]),
        "too long for Linux",
    ),
    "path too long": (make_tar([Entry("./" + "d/" * 2100 + "x", b"x")]), "too long for Linux"),
    "path too long in pax": (pax({"path": "d/" * 2100 + "x"}, FILE), "too long for Linux"),
    "line break in a name": (make_tar([Entry("./usr/a\nb", b"x")]), "a path with a line break"),
    "line break in a pax path": (pax({"path": "a\nb"}, FILE), "a path with a line break"),
    "climbing prefix": (raw(FILE, magic=b"ustar\x0000", prefix=b"../.."), "climbs out"),
    "absolute prefix": (raw(FILE, magic=b"ustar\x0000", prefix=b"/etc"), "an absolute path"),
    "climbing long name": (make_tar([Entry("./" + "a/" * 60 + "../x", b"x")]), "climbs out"),
    "climbing directory": (make_tar([Entry("./../d/")]), "climbs out"),
    "climbing symbolic link": (make_tar([Entry("./../s", symlink="x")]), "climbs out"),
    "whiteout": (make_tar([Entry("./usr/.wh.passwd", b"")]), "delete a file of a layer below"),
    "opaque whiteout": (make_tar([Entry("./.wh..wh..opq", b"")]), "delete a file of a layer"),
    "whiteout directory": (make_tar([Entry("./etc/.wh.d/")]), "delete a file of a layer below"),
    # Links.
    "hard link to a directory": (
        make_tar([Entry("./d/"), Entry("./y", hardlink="./d")]),
        "y: a hard link to d",
    ),
    "circle of hard links": (
        make_tar([Entry("./a", hardlink="./b"), Entry("./b", hardlink="./a")]),
        "a: a hard link to b",
    ),
    "absolute hard link in pax": (
        pax({"linkpath": "/x"}, Entry("./y", hardlink="./z")),
        "/x: an absolute path",
    ),
    "climbing hard link in pax": (
        pax({"linkpath": "a/../../x"}, Entry("./y", hardlink="./z")),
        "climbs out",
    ),
    "symbolic link too long": (
        make_tar([Entry("./s", symlink="t/" * 2100)]),
        "a symbolic link that is too long",
    ),
    "symbolic link with a zero byte": (
        pax({"linkpath": "a\0b"}, Entry("./y", symlink="z")),
        "zero byte",
    ),
    "symbolic link with a body": (
        raw(Entry("./s", symlink="x"), size=b"00000001000"),
        "a link or directory with a body",
    ),
    "hard link with a body": (
        raw(Entry("./s", hardlink="./x"), size=b"00000001000"),
        "a link or directory with a body",
    ),
    # Entries that contradict each other.
    "directory and file": (make_tar([Entry("./d/"), Entry("./d", b"x")]), "d: is there twice"),
    "two symbolic links": (
        make_tar([Entry("./s", symlink="a"), Entry("./s", symlink="b")]),
        "s: is there twice",
    ),
    "same file, other owner": (
        make_tar([FILE, Entry("./usr/x", b"content", uid=7)]),
        "usr/x: is there twice",
    ),
    "same file under another spelling": (
        make_tar([FILE, Entry(".//usr/./x", b"other")]),
        "usr/x: is there twice",
    ),
    "two directories that merge": (
        make_tar([Entry("./lib/a/", mode=0o755), Entry("./usr/lib/a/", mode=0o700)]),
        "usr/lib/a: is there twice",
    ),
    # Numbers.
    "negative owner": (raw(FILE, uid=b"\xff" * 8), "negative uid"),
    "owner beyond 32 bits": (raw(FILE, gid=b"\x80\0\0\1\0\0\0\0"), "owner that no Linux has"),
    "owner in pax beyond 32 bits": (pax({"uid": "4294967295"}, FILE), "owner that no Linux has"),
    "owner in pax of many digits": (pax({"gid": "9" * 5000}, FILE), "gid is not a number"),
    "size in pax of many digits": (pax({"size": "9" * 5000}, FILE), "size is not a number"),
    "size in pax beyond the end": (pax({"size": "100000"}, FILE), "cut short"),
    "mode is no number": (raw(FILE, mode=b"rwxr-x"), "mode is not an octal number"),
    "checksum is no number": (
        make_tar([FILE])[:148] + b"?" * 8 + make_tar([FILE])[156:],
        "checksum",
    ),
    # Bombs and ends.
    "a bomb of zeros": (raw(FILE, size=b"\x80\0\0\0\0\0\0\5\0\0\0\0"), "bytes of files"),
    "a bomb in pax": (pax({"size": str(1 << 40)}, FILE), "bytes of files"),
    "huge pax header": (
        make_tar([Entry("./x", bytes(2 << 20), type=tarfile.XHDTYPE)]),
        "extended header of",
    ),
    "huge global pax header": (
        make_tar([Entry("./x", bytes(2 << 20), type=tarfile.XGLTYPE)]),
        "extended header of",
    ),
    "cut in an extended header": (
        make_tar([Entry("./x", bytes(2000), type=tarfile.GNUTYPE_LONGNAME)])[:1000],
        "cut short",
    ),
    "one block of zeros and no end": (make_tar([FILE])[:1024] + b"\1" * 512, "damaged tar header"),
    "pax record beyond its header": (
        make_tar([Entry("./x", b"999999 path=x\n", type=tarfile.XHDTYPE)]),
        "damaged pax header",
    ),
    "pax record without an end": (
        make_tar([Entry("./x", b"9 path=xy", type=tarfile.XHDTYPE)]),
        "damaged pax header",
    ),
    "pax record of length 0": (
        make_tar([Entry("./x", b"0 path=x\n", type=tarfile.XHDTYPE)]),
        "damaged pax header",
    ),
    "sparse in pax, version 0": (pax({"GNU.sparse.map": "0,1"}, FILE), "sparse"),
    "sparse in a global header": (
        make_tar([Entry("./x", b"22 GNU.sparse.major=1\n", type=tarfile.XGLTYPE), FILE]),
        "sparse",
    ),
    "volume label": (make_tar([Entry("./x", type=b"V")]), "volume label"),
    "Solaris ACL": (make_tar([Entry("./x", type=b"A")]), "unknown type"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_packages_are_refused_by_name(workbench: Workbench, case: str) -> None:
    data, message = HOSTILE[case]
    with pytest.raises(Failed) as failed:
        workbench.package(Deb(data=data))
    assert message in str(failed.value)
    assert "hello 1.0-1" in str(failed.value), "the message names the package"


@pytest.mark.parametrize("case", [case for case, (data, _) in HOSTILE.items() if data])
def test_tar_layers_are_checked_in_the_same_way(
    workbench: Workbench, tmp_path: Path, case: str
) -> None:
    data, message = HOSTILE[case]
    path = tmp_path / "hostile.tar"
    path.write_bytes(data)
    with pytest.raises(Failed) as failed:
        workbench.fragment("tar-fragment", ("tar", str(path)), ("origin", "//app:tar"))
    assert message in str(failed.value)
    assert "//app:tar" in str(failed.value)


def test_there_are_many_cases() -> None:
    assert len(HOSTILE) >= 60


def test_entries_are_counted(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_MOST_ENTRIES", 100)
    with pytest.raises(Failed, match="more than 100 entries"):
        workbench.package(Deb([Entry(f"./{number}") for number in range(101)]))


def test_a_decoder_that_wants_too_much_memory(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decompress, "_MEMORY", 1 << 20)
    with pytest.raises(Failed, match="xz stream is damaged: Memory usage limit"):
        workbench.package(Deb([FILE]))
