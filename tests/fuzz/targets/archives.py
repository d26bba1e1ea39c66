"""Archives: Debian packages, tar, zip, and what compresses them."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.target import Target, corpus
from tests.tools.deb_builder import Entry, make_ar, make_tar
from tests.tools.zip_builder import Member, make_zip
from tools.action.params import parse_params
from tools.archives.unpack import unpack
from tools.debian.deb import deb_members
from tools.layer import package_fragment, tar_fragment, wheel_fragment
from tools.layer.jar import describe_jar
from tools.layer.wheel_archive import dist_info, read_record, read_wheel
from tools.layer.zip_reader import read_zip
from tools.lock.archive.debs import control_files, index_entry
from tools.tar.decompress import decompress
from tools.tar.header import TarError
from tools.tar.reader import read_tar
from tools.tar.unpack import unpack_layers
from tools.tar.zstd_frames import ZstdCompressor

_DEB, _TGZ, _WHEEL, _JAR = corpus("task.deb", "isarray.tgz", "iniconfig.whl", "small.jar")
_TREE = [
    Entry("./usr/", mode=0o755),
    Entry("./usr/bin/tool", b"#!/bin/sh\n" * 30, mode=0o4755),
    Entry("./usr/bin/link", symlink="../../etc/tool"),
    Entry("./usr/bin/same", hardlink="./usr/bin/tool"),
    Entry("./" + "long/" * 40 + "name", b"x"),
]
_WHITEOUTS = [Entry("./usr/bin/.wh.gone"), Entry("./usr/share/.wh..wh..opq")]
_TAR = make_tar(_TREE)
_PAX = make_tar([Entry("./größe", b"x", uid=1 << 22), *_TREE], tar_format=2)
_WORDS = (
    b"ustar\0", b"ustar  \0", b"././@LongLink\0", b"30 path=../../x\n", b"19 size=999999\n", b"L",
    b"K", b"x", b"g", b"2", b"1", b"5", b"\x80\0\0\0\0\0\0\0\xff\xff\xff\xff", b".wh.",
    b".wh..wh..opq",
)  # fmt: skip
_ZIP_WORDS = (b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\7\x08", b"\1\0\x10\0")


def _with_checksums(tar: bytes) -> bytes:
    """So that what else is wrong with a header is read."""
    blocks = [bytearray(tar[at : at + 512]) for at in range(0, len(tar), 512)]
    for block in blocks:
        if len(block) == 512 and block[257:262] == b"ustar":
            block[148:156] = b"        "
            block[148:156] = b"%06o\0 " % sum(block)
    return b"".join(blocks)


def _package(tar: bytes) -> bytes:
    control = make_tar([Entry("./control", b"Package: a\nVersion: 1\nArchitecture: all\n")])
    members = [("debian-binary", b"2.0\n"), ("control.tar", control), ("data.tar", tar)]
    return make_ar(members)


def _run(run: object, directory: Path, **params: object) -> None:
    import json  # noqa: PLC0415 - next to its use

    out = {"out_segment": str(directory / "segment"), "out_facts": str(directory / "facts")}
    lines = [json.dumps({key: value}) for key, value in {**params, **out}.items()]
    run(parse_params(lines, "params"))  # type: ignore[operator]


def _read_deb(content: bytes, _: Path) -> None:
    members = deb_members(content)
    for member in (members.control, members.data):
        try:
            for entry in read_tar(decompress(member.compression, member.read(content))):
                entry.skip()
        except TarError:
            continue


def _lock_deb(content: bytes, _: Path) -> None:
    control_files(content, "a.deb")
    index_entry(content, "pool/a.deb", "a.deb")


def _package_fragment(content: bytes, directory: Path) -> None:
    path = directory / "a.deb"
    path.write_bytes(_package(content))
    package = {"name": "a", "version": "1", "architecture": "all", "sha256": "0" * 64, "size": 1}
    _run(package_fragment.run, directory, deb=str(path), package=package)


def _tar_fragment(content: bytes, directory: Path) -> None:
    path = directory / "a.tar"
    path.write_bytes(content)
    _run(tar_fragment.run, directory, tar=str(path))


def _unpack(content: bytes, directory: Path) -> None:
    layer, root = directory / "layer", directory / "root"
    layer.write_bytes(gzip.compress(content, 1))
    root.mkdir()
    try:
        unpack_layers([str(layer), str(layer)], str(root))
    except OSError as error:  # says which file; a name may be too long, or a directory in the way
        assert error.filename


def _unpack_fetched(content: bytes, directory: Path) -> None:
    path = directory / "archive"
    path.write_bytes(content)
    try:
        unpack(str(path), str(directory / "out"))
    except OSError as error:
        assert error.filename


def _unpack_fetched_package(content: bytes, directory: Path) -> None:
    _unpack_fetched(_package(content), directory)


def _read_zip(content: bytes, _: Path) -> None:
    for entry in read_zip(memoryview(content)):
        list(entry.body())


def _read_wheel(content: bytes, _: Path) -> None:
    files = read_wheel(memoryview(content))
    read_record(files, dist_info(files))


def _wheel_fragment(content: bytes, directory: Path) -> None:
    path = directory / "a.whl"
    path.write_bytes(content)
    _run(wheel_fragment.run, directory, wheel=str(path), prefix="app")


def _describe_jar(content: bytes, directory: Path) -> None:
    path = directory / "a.jar"
    path.write_bytes(content)
    with path.open("rb") as stream:
        describe_jar(stream.fileno(), len(content))


def _decompressor(compression: str) -> Target:
    compressors: dict[str, Callable[[bytes], bytes]] = {
        "gz": lambda data: gzip.compress(data, mtime=0),
        "xz": lzma.compress,
        "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
        "bz2": bz2.compress,
        "zst": lambda data: bytes(ZstdCompressor().compress(bytearray(data), len(data))),
    }
    packed = compressors[compression]

    def read(content: bytes, _: Path) -> None:
        size = 0
        for piece in decompress(compression, memoryview(content)):
            size += len(piece)
            if size > 64 << 20:
                break  # no reader takes all of it: the readers behind have limits

    text = b"text " * 200
    return Target(compression, read, (packed(text), packed(text) * 2, packed(b"")))


_SOUND = [
    Member("demo/__init__.py", b"x = 1\n"),
    Member("demo-1.dist-info/WHEEL", b"Wheel-Version: 1.0\n"),
    Member("demo-1.dist-info/METADATA", b"Name: demo\nVersion: 1\n"),
    Member("demo-1.data/scripts/demo", b"#!python\n", mode=0o100755),
    Member("demo-1.dist-info/entry_points.txt", b"[console_scripts]\na = b:c\n"),
    Member("demo-1.dist-info/RECORD", b"demo/__init__.py,,\n"),
]
_WHEELS = (
    _WHEEL,
    make_zip(_SOUND),
    make_zip([Member(each.name, each.content, 0) for each in _SOUND]),
)

TARGETS = (
    Target("deb", _read_deb, (_DEB, _package(_TAR)), (b"!<arch>\n", b"data.tar.xz", b"`\n")),
    Target("deb_for_a_lock", _lock_deb, (_DEB, _package(_TAR)), (b"!<arch>\n", b"`\n")),
    Target("package_fragment", _package_fragment, (_TAR, _PAX), _WORDS, _with_checksums),
    Target(
        "tar_fragment", _tar_fragment, (_TAR, _PAX, _TGZ, gzip.decompress(_TGZ)), _WORDS,
        _with_checksums,
    ),
    Target("unpack", _unpack, (make_tar([*_TREE, *_WHITEOUTS]), _PAX), _WORDS, _with_checksums),
    Target("fetched_tar", _unpack_fetched, (_TAR, _PAX), _WORDS, _with_checksums),
    Target("fetched_deb", _unpack_fetched_package, (_TAR, _PAX), _WORDS, _with_checksums),
    Target("fetched_zip", _unpack_fetched, (*_WHEELS, _JAR), _ZIP_WORDS),
    Target("zip", _read_zip, (*_WHEELS, _JAR), _ZIP_WORDS),
    Target("wheel", _read_wheel, _WHEELS, _ZIP_WORDS),
    Target("wheel_fragment", _wheel_fragment, _WHEELS[1:], _ZIP_WORDS),
    Target("jar", _describe_jar, (_JAR, _WHEEL), _ZIP_WORDS),
    *(_decompressor(compression) for compression in ("gz", "xz", "lzma", "bz2", "zst")),
)  # fmt: skip
