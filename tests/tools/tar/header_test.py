"""tarfile can read the headers that are written, and the reverse."""

from __future__ import annotations

import hashlib
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.tar.header import (
    DIRECTORY,
    SYMLINK,
    Header,
    TarError,
    format_header,
    padding,
    parse_pax,
)
from tools.tar.reader import clean_path, read_tar

COMPONENT = st.text(
    st.characters(blacklist_characters="/\0\n", blacklist_categories=["Cs"]),
    min_size=1,
    max_size=60,
).filter(lambda text: text not in {".", ".."})
PATHS = st.lists(COMPONENT, min_size=1, max_size=5).map("/".join)


def read_back(data: bytes) -> tarfile.TarInfo:
    with tarfile.open(fileobj=io.BytesIO(data + bytes(1024))) as archive:
        (member,) = archive
        return member


@given(PATHS, st.integers(0, 0o7777), st.integers(0, 2**32 - 2), st.integers(0, 2**32 - 2))
def test_tarfile_reads_what_was_written(path: str, mode: int, uid: int, gid: int) -> None:
    member = read_back(format_header(path.encode(), mode=mode, uid=uid, gid=gid))
    assert (member.name, member.mode, member.uid, member.gid) == (path, mode, uid, gid)
    assert (member.mtime, member.uname, member.gname) == (0, "", "")


@given(PATHS, PATHS)
def test_links(path: str, target: str) -> None:
    member = read_back(format_header(path.encode(), typeflag=SYMLINK, linkname=target.encode()))
    assert (member.name, member.linkname, member.issym()) == (path, target, True)


@given(PATHS)
def test_directories(path: str) -> None:
    member = read_back(format_header(path.encode() + b"/", typeflag=DIRECTORY, mode=0o755))
    assert (member.name, member.isdir()) == (path, True)


@given(PATHS, st.binary(max_size=1500), st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
def test_the_reader_reads_what_tarfile_wrote(path: str, content: bytes, tar_format: int) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tar_format) as archive:
        info = tarfile.TarInfo(f"./{path}")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    (entry,) = ((entry.path, b"".join(entry.body())) for entry in read_tar(iter([out.getvalue()])))
    assert entry == (path, content)


@pytest.mark.parametrize("name", [b"x\xff", b"d" * 200 + b"/\xff"])
def test_names_that_are_not_utf8_survive(name: bytes) -> None:
    archive = format_header(name) + bytes(1024)
    (path,) = (entry.path for entry in read_tar(iter([archive])))
    assert path.encode("utf-8", "surrogateescape") == name


def test_large_sizes() -> None:
    header = format_header(b"x", size=1 << 40)
    assert parse_pax(header[512 : 512 + Header(header[:512]).size]) == {b"size": b"%d" % (1 << 40)}


def test_attributes() -> None:
    header = format_header(b"ping", attributes={b"SCHILY.xattr.security.capability": b"\1\0\n\2"})
    (entry,) = (entry.attributes for entry in read_tar(iter([header + bytes(1024)])))
    assert entry == {b"SCHILY.xattr.security.capability": b"\1\0\n\2"}


def test_golden() -> None:
    """These bytes are in every image ever made: a change moves every layer of every user."""
    headers = (
        format_header(b"usr/bin/tool", mode=0o755, size=10)
        + format_header(b"usr/lib/" + b"x" * 120, size=3)
        + format_header(b"d" * 90 + b"/" + b"e" * 90, typeflag=SYMLINK, linkname=b"t" * 130)
        + format_header(b"home/user/", typeflag=DIRECTORY, mode=0o700, uid=65532, gid=65532)
    )
    assert len(headers) == 512 * (1 + 3 + 3 + 1)
    assert hashlib.sha256(headers).hexdigest() == GOLDEN


GOLDEN = "6a9e1081683c226727edd898affb179c30dae1fb9f9e0660fd1170bcefca645b"


def test_old_header_dialects() -> None:
    block = bytearray(format_header(b"name"))
    block[257:265] = b"ustar  \0"  # GNU
    block[345:350] = b"12345"  # a time, not a prefix
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    assert Header(bytes(block)).name == b"name"


@pytest.mark.parametrize(
    ("name", "clean"),
    [(b"./a/b", "a/b"), (b"a//b/", "a/b"), (b"./", ""), (b"a/./b", "a/b"), (b"a..b", "a..b")],
)
def test_clean_paths(name: bytes, clean: str) -> None:
    assert clean_path(name) == clean


@pytest.mark.parametrize("name", [b"/a", b"a/../b", b"..", b"./..", b"a/..", b""])
def test_paths_that_lead_out(name: bytes) -> None:
    with pytest.raises(TarError):
        clean_path(name)


@given(st.dictionaries(st.sampled_from([b"path", b"k.x"]), st.binary(min_size=1, max_size=200)))
def test_pax_records_of_any_length(records: dict[bytes, bytes]) -> None:
    header = format_header(b"x", attributes=records)
    found = parse_pax(header[512 : 512 + Header(header[:512]).size]) if records else {}
    found.pop(b"hdrcharset", None)
    assert found == records


def test_padding() -> None:
    assert [padding(size) for size in (0, 1, 511, 512, 513)] == [0, 511, 1, 0, 511]
