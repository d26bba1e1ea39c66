"""Hostile and damaged zip archives: each is refused by name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.layer.wheel_fragment_test import INFO, SOUND, record_of
from tests.tools.workbench import Failed, Workbench
from tests.tools.zip_builder import Member, make_zip
from tools.errors import PlinthError
from tools.layer import zip_reader
from tools.layer.wheel_archive import read_wheel
from tools.layer.zip_reader import read_zip

if TYPE_CHECKING:
    from pathlib import Path

A = Member("a.py", b"content" * 9)
B = Member("b/c.py", b"other" * 9)
CRC = zlib.crc32(A.content)
SIZES = struct.pack("<III", CRC, len(A.stored), len(A.content))
WIDE = struct.pack("<IQQ", CRC, len(A.stored), len(A.content))
ZEROS = {"crc": 0, "compressed": 0, "size": 0}


def member(name: str | bytes = "a.py", content: bytes = A.content, **more: Any) -> Member:
    return Member(name, content, **more)


def zip64(members: list[Member], **changed: int) -> bytes:
    """Return an archive whose end is in the format for large ones."""
    plain = make_zip(members)
    count, _, size, offset, _ = struct.unpack("<HHIIH", plain[-14:])
    wide = {"count": count, "total": count, "size": size, "offset": offset, **changed}
    at = len(plain) - 22
    end = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, *wide.values())
    end += struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
    return plain[:at] + end + struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0
    )  # fmt: skip


FAR = {"compressed": 0xFFFFFFFF, "size": 0xFFFFFFFF,
       "extra": struct.pack("<HHQQ", 1, 16, len(A.content), len(A.stored))}  # fmt: skip

ACCEPTED: dict[str, bytes] = {
    "nothing odd": make_zip([A, B]),
    "stored": make_zip([member(method=0), B]),
    "directories": make_zip([Member("b/", mode=0o040755), A, B]),
    "no modes": make_zip([member(mode=0)]),
    "a comment": make_zip([A], comment=4, text=b"done"),
    "sizes after the data": make_zip([member(flags=8, local=ZEROS, after=b"PK\7\x08" + SIZES), B]),
    "sizes after the data, without a mark": make_zip(
        [member(flags=8, local=ZEROS, after=SIZES), B]
    ),
    "wide sizes after the data": make_zip(
        [member(flags=8, local=ZEROS, after=b"PK\7\x08" + WIDE), B]
    ),
    "sizes before and after the data": make_zip([member(flags=8, after=SIZES), B]),
    "a name in UTF-8": make_zip([member("größe.py", flags=0x800)]),
    "a name in code page 437": make_zip([member(b"gr\x94\xe1e.py")]),
    "further fields": make_zip([member(local={"extra": b"UT\1\0x"}, central={"extra": b"ux\0\0"})]),
    "zip64": zip64([A, B]),
    "sizes of zip64": make_zip([member(local=FAR, central=FAR), B]),
    "sizes of zip64 before the data only": make_zip([member(local=FAR), B]),
    "nothing in it": make_zip([]),
}

DAMAGED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "not a zip archive"),
    "no zip": (b"x" * 100, "not a zip archive"),
    "cut short": (make_zip([A, B])[:-30], "not a zip archive"),
    "something follows": (make_zip([A]) + b"x", "something follows its end"),
    "two archives": (make_zip([A]) + make_zip([B], offset=0), "overlap|where it should|differs"),
    "the directory begins later": (make_zip([A], offset=5000), "not where it should be"),
    "the directory is larger": (make_zip([A], size=5000), "not where it should be"),
    "the directory is smaller": (make_zip([A, B], size=20), "directory ends early|cut short"),
    "more members": (make_zip([A], count=2, total=2), "directory ends early|cut short"),
    "fewer members": (make_zip([A, B], count=1, total=1), "has another size"),
    "bytes behind the directory": (make_zip([A], after=b"x" * 50), "ends early|differs"),
    "several parts": (make_zip([A], disk=1), "several parts"),
    "several parts, by count": (make_zip([A], total=2), "several parts"),
    "encrypted": (make_zip([member(flags=1)]), "a.py: is encrypted"),
    "strongly encrypted": (make_zip([member(flags=0x41)]), "a.py: is encrypted"),
    "with a hidden directory": (make_zip([member(flags=0x2000)]), "a.py: is encrypted"),
    "a patch": (make_zip([member(flags=0x20)]), "a.py: is encrypted or a patch"),
    **{
        f"method {method}": (
            make_zip([member(method=method)]), f"a.py: compression method {method} is not"
        )
        for method in (1, 6, 9, 12, 14, 93, 95, 99)
    },
    "a name that is not UTF-8": (make_zip([member(b"\xff\xfe", flags=0x800)]), "is not UTF-8"),
    "no name": (make_zip([member("")]), "without a name"),
    "a zero byte": (make_zip([member("a.py\0.txt")]), "a zero byte"),
    "another name before the data": (make_zip([member(local={"name": b"b.py"})]), "header before"),
    "another method before the data": (make_zip([member(local={"method": 0})]), "header before"),
    "another size before the data": (make_zip([member(local={"size": 3})]), "header before"),
    "another compressed size": (make_zip([member(local={"compressed": 3})]), "header before"),
    "another checksum before the data": (make_zip([member(local={"crc": 3})]), "header before"),
    "zeros before the data": (make_zip([member(local=ZEROS)]), "header before"),
    "no header before the data": (make_zip([member(local={"magic": b"PK\1\2"})]), "header before"),
    "data elsewhere": (make_zip([A, member("x", central={"offset": 0})]), "x: the header before"),
    "data behind the end": (
        make_zip([member(central={"offset": 1 << 20})]), "cut short|where it should"
    ),
    "more data than there is": (
        make_zip([member(local={"compressed": 9999}, central={"compressed": 9999})]),
        "a.py: cut short",
    ),
    "wrong sizes after the data": (
        make_zip([member(flags=8, local=ZEROS, after=b"PK\7\x08" + bytes(12)), B]),
        "sizes after a file",
    ),
    "no sizes after the data": (make_zip([member(flags=8, local=ZEROS), B]), "sizes after a file"),
    "stored with two sizes": (
        make_zip([member(method=0, local={"size": 999}, central={"size": 999})]),
        "its two sizes differ",
    ),
    "two members with one data": (
        make_zip([A, member(central={"offset": 0})]), "a.py: overlaps another member"
    ),
    "a member in another": (
        make_zip([
            Member("outer", make_zip([Member("x", b"inner")])[:-22], method=0),
            Member("x", b"inner", central={"offset": 35}),
        ]),
        "overlaps another|differs",
    ),
    "zip64 that disagrees": (zip64([A, B], count=9, total=9), "ends early|cut short"),
    "zip64 with another offset": (zip64([A, B], offset=1 << 60), "not where it should be"),
    "zip64 with another size": (zip64([A, B], size=1 << 63), "not where it should be"),
    "zip64 with too many members": (zip64([A], count=1 << 60, total=1 << 60), "not where it"),
    "a size beyond all limits": (
        make_zip([
            member(str(number), local=huge, central=huge)
            for huge in [{"size": 0xFFFFFFFE}] for number in range(6)
        ]),
        "bytes of files",
    ),
}  # fmt: skip

CONTENTS: dict[str, tuple[bytes, str]] = {
    "another checksum": (
        make_zip([member(local={"crc": 1}, central={"crc": 1})]), "a.py: damaged content"
    ),
    "more than promised": (
        make_zip([member(local={"size": 5}, central={"size": 5})]), "a.py: damaged content"
    ),
    "less than promised": (
        make_zip([member(local={"size": 500}, central={"size": 500})]), "a.py: damaged content"
    ),
    "a bomb": (
        make_zip([member(content=bytes(1 << 24), local={"size": 5}, central={"size": 5})]),
        "a.py: damaged content",
    ),
    "not deflate": (make_zip([member(data=b"\xff" * 20)]), "a.py: damaged content"),
    "cut deflate": (make_zip([member(data=A.stored[:-3])]), "a.py: damaged content"),
    "more after deflate": (make_zip([member(data=A.stored + b"x")]), "a.py: damaged content"),
    "nothing": (make_zip([member(data=b"")]), "a.py: damaged content"),
}  # fmt: skip

AMBIGUOUS: dict[str, tuple[list[Member], str]] = {
    "a name twice": ([A, A], "a.py: is there twice"),
    "a name twice, spelt in two ways": ([A, member("./a.py")], "a.py: is there twice"),
    "a file and a directory": ([A, Member("a.py/", mode=0o040755)], "a.py: a file and a directory"),
    "a file with files in it": ([A, member("a.py/b")], "a.py: a file and a directory"),
    "an absolute name": ([member("/etc/passwd")], "/etc/passwd: an absolute path"),
    "a name that climbs": ([member("a/../../b")], "climbs out"),
    "a directory that climbs": ([Member("../", mode=0o040755)], "climbs out"),
    "a line break": ([member("a\nb")], "a path with a line break"),
    "a long name": ([member("a" * 300)], "too long for Linux"),
    "a symbolic link": ([member(mode=0o120777)], "a.py: a link or a device"),
    "a device": ([member(mode=0o020666)], "a.py: a link or a device"),
    "a FIFO": ([member(mode=0o010666)], "a.py: a link or a device"),
    "a directory by its mode": ([member(mode=0o040755)], "a.py: a link or a device"),
    "a directory that is a link": ([Member("d/", mode=0o120777)], "d: a directory that is a file"),
    "a directory with a content": ([member("d/", mode=0o040755)], "d: a directory that is a file"),
    "bytes between": ([member(after=b"hidden"), B], "b/c.py: before it are bytes"),
    "bytes at the end": ([A, member("b", after=b"hidden")], "before the directory of the archive"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_real_archives_have(name: str) -> None:
    content = ACCEPTED[name]
    entries = read_zip(memoryview(content))
    files = read_wheel(memoryview(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [entry.name for entry in entries] == archive.namelist()
        for path, entry in files.items():
            assert entry.read(1 << 20) == archive.read(path)


@pytest.mark.parametrize("before", [b"#!/bin/sh\nexec java -jar $0\n"])
def test_a_program_before_a_jar(before: bytes) -> None:
    beside = make_zip([A, B])
    for content in (before + beside, make_zip([A, B], before=before)):
        assert [entry.read(1 << 20) for entry in read_zip(memoryview(content))] == [
            A.content,
            B.content,
        ]
        with pytest.raises(PlinthError, match=r"a\.py: before it are bytes"):
            read_wheel(memoryview(content))


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_archives(name: str) -> None:
    content, message = DAMAGED[name]
    with pytest.raises(PlinthError, match=message):
        read_zip(memoryview(content))


@pytest.mark.parametrize("name", CONTENTS)
def test_damaged_contents(name: str) -> None:
    content, message = CONTENTS[name]
    (entry,) = read_zip(memoryview(content))
    with pytest.raises(PlinthError, match=message):
        entry.read(1 << 30)


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_wheels(name: str) -> None:
    members, message = AMBIGUOUS[name]
    with pytest.raises(PlinthError, match=message):
        read_wheel(memoryview(make_zip(members)))


def test_an_archive_in_the_comment_of_another() -> None:
    content = make_zip([A], comment=22, text=make_zip([]))
    with pytest.raises(PlinthError, match="bytes that belong to no file"):
        read_wheel(memoryview(content))


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_reader, "_MOST_ENTRIES", 1)
    with pytest.raises(PlinthError, match="not where it should be"):
        read_zip(memoryview(make_zip([A, B])))


def test_a_file_larger_than_expected() -> None:
    (entry,) = read_zip(memoryview(make_zip([A])))
    with pytest.raises(PlinthError, match=r"a\.py: 63 bytes, but at most 10"):
        entry.read(10)


WHEEL = [
    *(Member(name, content) for name, content in SOUND.items()),
    Member(f"{INFO}/RECORD", record_of(SOUND)),
]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        *(DAMAGED[name] for name in DAMAGED),
        (make_zip([*WHEEL, *AMBIGUOUS["a symbolic link"][0]]), "a link or a device"),
        (make_zip([*WHEEL, member(data=b"\xff" * 20)]), "damaged content"),
        (make_zip([*WHEEL[:-1], Member(f"{INFO}/RECORD", b"\xff,,\n")]), "is not UTF-8"),
        (
            make_zip([
                *WHEEL[:-1],
                Member(f"{INFO}/RECORD", record_of(SOUND) + b"demo/__init__.py,sha256=x,1\n"),
            ]),
            "has two hashes",
        ),
    ],
)  # fmt: skip
def test_a_wheel_has_one_clear_error(
    workbench: Workbench, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(content)
    with pytest.raises(Failed, match=f"({message}|cannot read|not a wheel)") as caught:
        workbench.fragment("wheel-fragment", ("wheel", str(path)), ("prefix", "app"))
    assert "demo-1.0-py3-none-any.whl" in str(caught.value)
    assert "exported" not in str(caught.value)


@given(st.data())
def test_any_change_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(make_zip([A, member("b", flags=8, local=ZEROS, after=SIZES), B]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    try:
        for entry in read_wheel(memoryview(bytes(content))).values():
            entry.read(1 << 20)
    except PlinthError as error:
        assert str(error)
