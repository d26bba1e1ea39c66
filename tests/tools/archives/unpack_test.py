"""Unpacking what repository rules have fetched."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tools.deb_builder import COMPRESSIONS, Entry, make_ar, make_tar
from tests.tools.zip_builder import Member, make_zip
from tools.archives.unpack import main, unpack
from tools.errors import PlinthError

TREE = [
    Entry("./package/"),
    Entry("./package/bin/tool", b"#!/bin/sh\n", mode=0o755),
    Entry("./package/lib/a", b"a", mode=0o600),
    Entry("./package/lib/same", hardlink="./package/lib/a"),
    Entry("./package/link", symlink="lib/a"),
    Entry("./package/library", symlink="lib"),
    Entry("./package/gone", symlink="nothing"),
]


class Box:
    """A directory to unpack into, and one next to it that must not change."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.out = directory / "deep" / "out"
        self.outside = directory / "outside"
        self.outside.mkdir()
        (self.outside / "kept").write_text("kept")

    def unpack(self, content: bytes, prefix: str = "") -> list[str]:
        """Unpack; gives the paths of files and links."""
        archive = self.directory / "archive"
        archive.write_bytes(content)
        unpack(str(archive), str(self.out), prefix)
        return sorted(
            str(path.relative_to(self.out))
            for path in self.out.rglob("*")
            if path.is_symlink() or path.is_file()
        )

    def check_outside(self) -> None:
        """Check that it is as it was."""
        assert os.listdir(self.outside) == ["kept"]
        assert (self.outside / "kept").read_text() == "kept"
        assert (self.outside / "kept").stat().st_nlink == 1
        assert sorted(os.listdir(self.directory)) == ["archive", "deep", "outside"]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_tar(box: Box, compress: Callable[[bytes], bytes]) -> None:
    found = box.unpack(compress(make_tar(TREE)), "package")
    assert found == ["bin/tool", "gone", "lib/a", "lib/same", "library", "link"]
    assert (box.out / "bin/tool").stat().st_mode & 0o777 == 0o755
    assert (box.out / "lib/a").stat().st_mode & 0o777 == 0o644
    assert (box.out / "lib/same").read_bytes() == b"a"
    assert os.readlink(box.out / "link") == "lib/a"


def test_zip(box: Box) -> None:
    members = [
        Member("d/", mode=0o040755),
        Member("d/a", b"a", mode=0o100755),
        Member("d/link", b"a", mode=0o120777),
        Member("b", b"b" * 1000, mode=0),
    ]
    assert box.unpack(make_zip(members)) == ["b", "d/a", "d/link"]
    assert os.readlink(box.out / "d/link") == "a"
    assert (box.out / "d/a").stat().st_mode & 0o777 == 0o755


def test_of_a_path_that_is_there_twice_the_last_counts(box: Box) -> None:
    box.unpack(
        make_tar([
            Entry("a", b"1"),
            Entry("b", hardlink="a"),
            Entry("a", b"2"),
            Entry("c", symlink="a"),
            Entry("c", b"3"),
            Entry("d", b"4"),
            Entry("d", symlink="a"),
        ])
    )  # fmt: skip
    assert [(box.out / name).read_bytes() for name in "abcd"] == [b"2", b"1", b"3", b"2"]


LEAVES = [
    [Entry("../../outside/kept", b"x")],
    [Entry("package/../../../outside/kept", b"x")],
    [Entry("OUTSIDE/kept", b"x")],
    [Entry("../../outside/new/")],
    [Entry("a", symlink="OUTSIDE"), Entry("a/new", b"x")],
    [Entry("a", symlink="OUTSIDE/new"), Entry("a", b"x")],
    [Entry("a", symlink="OUTSIDE"), Entry("a/")],
    [Entry("a", symlink="OUTSIDE"), Entry("a/b", symlink="x")],
    [Entry("a", hardlink="OUTSIDE/kept"), Entry("a", b"x")],
    [Entry("a", hardlink="../../outside/kept"), Entry("a", b"x")],
    [Entry("a", symlink="OUTSIDE/kept"), Entry("b", hardlink="a"), Entry("b", b"x")],
    [Entry("l", symlink="OUTSIDE"), Entry("a", symlink="l/kept"), Entry("b", hardlink="a")],
]


def aimed(entries: list[Entry], box: Box) -> list[Entry]:
    """Entries of an attack on the directory outside."""

    def place(path: str) -> str:
        return path.replace("OUTSIDE", str(box.outside))

    return [
        replace(
            each,
            path=place(each.path),
            symlink=place(each.symlink),
            hardlink=place(each.hardlink),
        )
        for each in entries
    ]


@pytest.mark.parametrize("entries", LEAVES, ids=range(len(LEAVES)))
def test_nothing_outside_is_touched(box: Box, entries: list[Entry]) -> None:
    try:
        box.unpack(make_tar(aimed(entries, box)))
    except (PlinthError, OSError) as error:
        assert str(error)
    box.check_outside()
    for path in box.directory.glob("deep/**/*"):
        assert path.resolve().is_relative_to(box.out.parent)


@pytest.mark.parametrize(
    "members",
    [
        [Member("../../outside/kept", b"x")],
        [Member("/etc/passwd", b"x")],
        [Member("a", b"../../outside", mode=0o120777), Member("a/new", b"x")],
    ],
)
def test_nothing_outside_is_touched_by_a_zip(box: Box, members: list[Member]) -> None:
    with pytest.raises((PlinthError, OSError)):
        box.unpack(make_zip(members))
        assert (box.out / "a/new").is_file()
        raise PlinthError("as a directory of its own")
    box.check_outside()


def package(*entries: Entry, compression: str = "xz") -> bytes:
    """Return a Debian package with these files."""
    return make_ar([
        ("debian-binary", b"2.0\n"),
        ("control.tar", make_tar([])),
        (f"data.tar.{compression}", COMPRESSIONS[compression](make_tar(entries))),
    ])  # fmt: skip


@pytest.mark.parametrize("entries", LEAVES, ids=range(len(LEAVES)))
def test_nothing_outside_is_touched_by_a_package(box: Box, entries: list[Entry]) -> None:
    try:
        box.unpack(package(*aimed(entries, box)))
    except (PlinthError, OSError) as error:
        assert str(error)
    box.check_outside()
    for path in box.directory.glob("deep/**/*"):
        assert path.resolve().is_relative_to(box.out.parent)


@pytest.mark.parametrize("compression", ["xz", "gz", "zst", "bz2"])
def test_packages_are_one_tree_with_a_root_of_its_own(box: Box, compression: str) -> None:
    base = package(
        Entry("./"),
        Entry("./usr/lib/"),
        Entry("./lib", symlink="usr/lib"),
        Entry("./jdk/conf", symlink="/etc/jdk"),
        Entry("./round", symlink="round"),
        compression=compression,
    )
    other = package(
        Entry("./lib/"),
        Entry("./lib/a.so.1", b"a"),
        Entry("./lib/a.so", symlink="a.so.1"),
        Entry("./usr/lib/same", hardlink="./lib/a.so.1"),
        Entry("./etc/jdk/security", b"s"),
        Entry("./usr/lib/up", symlink="../../../../../outside/kept"),
        compression=compression,
    )
    (box.directory / "base.deb").write_bytes(base)
    (box.directory / "other.deb").write_bytes(other)
    (box.directory / "list").write_text(
        "".join(f"{box.directory}/{name}.deb\t{box.out}\t\n" for name in ("base", "other"))
    )
    assert main([str(box.directory / "list")]) == 0
    assert os.readlink(box.out / "lib") == "usr/lib"
    assert os.readlink(box.out / "jdk/conf") == "../etc/jdk"
    assert (box.out / "jdk/conf/security").read_bytes() == b"s"
    assert sorted(os.listdir(box.out / "usr/lib")) == ["a.so", "a.so.1", "same"]
    assert (box.out / "usr/lib/a.so").read_bytes() == b"a"
    assert (box.outside / "kept").read_text() == "kept"


def test_a_package_behind_too_many_links(box: Box) -> None:
    with pytest.raises(PlinthError, match="round/x: its directory is behind too many links"):
        box.unpack(package(Entry("./round", symlink="round/."), Entry("./round/x", b"x")))


def test_links_that_lead_out_are_left_out(box: Box) -> None:
    found = box.unpack(
        make_tar([
            Entry("s/d", symlink=".."),
            Entry("x", symlink="s/d/.."),  # not by its words, but by where it leads
            Entry("y", symlink="/etc/passwd"),
            Entry("z", symlink="../../outside"),
            Entry("in", symlink="s/../in2"),
            Entry("in2", b"x"),
        ])
    )  # fmt: skip
    assert found == ["in", "in2", "s/d"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file"),
        (b"no archive", "cut short"),
        (gzip.compress(b"x" * 1024), "damaged tar header"),
        (gzip.compress(make_tar(TREE))[:-20], "cut short"),
        (b"PK\3\4", "not a zip archive"),
        (b"!<arch>\n", 'the first member must be "debian-binary"'),
        (package(Entry("a", b"x" * 1000), compression="gz")[:-20], "cut short"),
        (make_tar([Entry("dev", type=tarfile.CHRTYPE)]), "character device"),
        (make_tar([Entry("a", hardlink="b")]), "a hard link to b"),
    ],
)
def test_damaged_archives(box: Box, content: bytes, message: str) -> None:
    with pytest.raises(PlinthError, match=message):
        box.unpack(content)


def test_a_directory_that_is_not_there(box: Box) -> None:
    with pytest.raises(PlinthError, match="nothing in it is in other"):
        box.unpack(make_tar(TREE), "other")


def test_the_program(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    listed, good, bad = (box.directory / name for name in ("list", "good.tar", "bad.tar"))
    good.write_bytes(make_tar(TREE))
    bad.write_bytes(b"x")
    listed.write_text(f"{good}\t{box.out}\tpackage\n{good}\t{box.out}2\t\n")
    assert main([str(listed)]) == 0
    assert (box.out / "lib/a").is_file()
    assert Path(f"{box.out}2/package/lib/a").is_file()
    listed.write_text(f"{bad}\t{box.out}\t\n")
    assert main([str(listed)]) == 1
    assert capsys.readouterr().err.startswith(f"{bad}: the tar stream is cut short")


def test_a_tar_that_python_writes(box: Box) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("größe/" + "long" * 50)
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    assert box.unpack(out.getvalue()) == ["größe/" + "long" * 50]
