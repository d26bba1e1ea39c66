"""Unpacking layers, sound ones and hostile ones."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

import pytest

from tests.tools.deb_builder import Entry, make_tar
from tools.errors import PlinthError
from tools.tar.unpack import unpack_layers


class Unpacked:
    """A directory to unpack into, and one next to it that must not change."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "root"
        self.outside = directory / "outside"
        self.root.mkdir()
        self.outside.mkdir()
        self.outside.joinpath("kept").write_text("kept")
        self.outside.chmod(0o700)
        self._directory = directory

    def unpack(self, *layers: list[Entry]) -> None:
        """Unpack layers."""
        paths = []
        for number, entries in enumerate(layers):
            path = self._directory / f"{number}.layer"
            path.write_bytes(gzip.compress(make_tar(entries)))
            paths.append(str(path))
        unpack_layers(paths, str(self.root))

    def check_outside(self) -> None:
        """Check that it is as it was."""
        assert os.listdir(self.outside) == ["kept"]
        assert self.outside.joinpath("kept").read_text() == "kept"
        assert self.outside.stat().st_mode & 0o7777 == 0o700
        assert self.outside.joinpath("kept").stat().st_mode & 0o777 == 0o644


@pytest.fixture
def unpacked(tmp_path: Path) -> Unpacked:
    return Unpacked(tmp_path)


def test_devices_are_left_out(unpacked: Unpacked) -> None:
    kinds = {
        "dev/null": tarfile.CHRTYPE,
        "dev/loop0": tarfile.BLKTYPE,
        "srv/pipe": tarfile.FIFOTYPE,
    }
    entries = [Entry(path, type=kind) for path, kind in kinds.items()]
    unpacked.unpack([*entries, Entry("etc/one", b"1")])
    assert not any(unpacked.root.joinpath(path).exists() for path in kinds)
    assert unpacked.root.joinpath("etc/one").read_bytes() == b"1"


def test_layers_are_laid_over_one_another(unpacked: Unpacked) -> None:
    unpacked.unpack(
        [
            Entry("usr/lib/"),
            Entry("lib", symlink="usr/lib"),
            Entry("usr/lib/a", b"1"),
            Entry("usr/lib/b", b"1"),
            Entry("etc/", mode=0o500),
            Entry("etc/one", b"1"),
        ],
        [
            Entry("lib/a", b"2", mode=0o4755),
            Entry("usr/lib/.wh.b"),
            Entry("etc/.wh..wh..opq"),
            Entry("etc/two", b"2"),
            Entry("etc/three", hardlink="etc/two"),
        ],
    )
    assert unpacked.root.joinpath("usr/lib/a").read_bytes() == b"2"
    assert unpacked.root.joinpath("usr/lib/a").stat().st_mode & 0o7777 == 0o4755
    assert not unpacked.root.joinpath("usr/lib/b").exists()
    assert sorted(os.listdir(unpacked.root / "etc")) == ["three", "two"]
    assert unpacked.root.joinpath("etc").stat().st_mode & 0o7777 == 0o500
    assert unpacked.root.joinpath("etc/three").samefile(unpacked.root / "etc/two")


def test_what_is_something_else_is_replaced(unpacked: Unpacked) -> None:
    unpacked.unpack(
        [Entry("a/b", b"1"), Entry("link", symlink="a"), Entry("file", b"1")],
        [Entry("a", b"2"), Entry("link/"), Entry("link/c", b"2"), Entry("file/")],
    )
    assert unpacked.root.joinpath("a").read_bytes() == b"2"
    assert unpacked.root.joinpath("link/c").read_bytes() == b"2"
    assert unpacked.root.joinpath("file").is_dir()


LEAVES = [
    [[Entry("../outside/kept", b"x")]],
    [[Entry("/outside/kept", b"x")]],
    [[Entry("../outside/.wh.kept")]],
    [[Entry("../outside/.wh..wh..opq")]],
    [[Entry("../outside/", mode=0o777)]],
    [[Entry("OUT/kept", b"x")]],
    [[Entry("OUT/new", b"x")]],
    [[Entry("OUT/.wh.kept")]],
    [[Entry("OUT/.wh..wh..opq")]],
    [[Entry("OUT/new/", mode=0o777)]],
    [[Entry("OUT", symlink="ESCAPE")], [Entry("OUT/kept", b"x")]],
    [[Entry("OUT", symlink="ESCAPE")], [Entry("OUT/.wh.kept")]],
    [[Entry("OUT", symlink="ESCAPE")], [Entry("OUT/.wh..wh..opq")]],
    [[Entry("OUT", symlink="ESCAPE")], [Entry("OUT/new/", mode=0o777)]],
    [[Entry("OUT", symlink="ESCAPE")], [Entry("OUT/", mode=0o777)]],
    [[Entry("OUT", symlink="ESCAPE"), Entry("x", hardlink="OUT/kept")], [Entry("x", b"x")]],
    [[Entry("OUT", symlink="ESCAPE/kept")], [Entry("OUT", b"x")]],
    [[Entry("OUT", symlink="ESCAPE/new")], [Entry("OUT", b"x")]],
    [[Entry("a/outside/", mode=0o777)], [Entry(".wh.a")], [Entry("a", symlink="ESCAPE/..")]],
    [[Entry("a/outside/", mode=0o777)], [Entry("a", symlink="ESCAPE/..")]],
    [[Entry("a/.wh...")]],
    [[Entry(".wh...")]],
    [[Entry(".wh..")]],
    [[Entry(".wh.")]],
    [[Entry("x", hardlink="../outside/kept")], [Entry("x", b"x")]],
]


@pytest.mark.parametrize("layers", LEAVES, ids=range(len(LEAVES)))
@pytest.mark.parametrize("escape", ["absolute", "relative"])
def test_nothing_outside_is_touched(
    unpacked: Unpacked, layers: list[list[Entry]], escape: str
) -> None:
    way = str(unpacked.outside) if escape == "absolute" else "../outside"
    changed = [
        [
            Entry(
                entry.path.replace("OUT", way if len(layers) == 1 else "OUT"),
                entry.content,
                entry.mode,
                symlink=entry.symlink.replace("ESCAPE", way),
                hardlink=entry.hardlink,
            )
            for entry in layer
        ]
        for layer in layers
    ]
    try:
        unpacked.unpack(*changed)
    except (PlinthError, OSError) as error:
        assert str(error)
    unpacked.check_outside()


def test_links_that_lead_in_a_circle(unpacked: Unpacked) -> None:
    with pytest.raises(PlinthError, match="too many links"):
        unpacked.unpack([Entry("a", symlink="b"), Entry("b", symlink="a"), Entry("a/c", b"1")])


def test_a_damaged_layer(unpacked: Unpacked, tmp_path: Path) -> None:
    layer = tmp_path / "layer"
    layer.write_bytes(gzip.compress(b"x" * 1024)[:-8])
    with pytest.raises(PlinthError, match=r"/layer: "):
        unpack_layers([str(layer)], str(unpacked.root))
