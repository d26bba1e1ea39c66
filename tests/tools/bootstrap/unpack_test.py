"""Packages become files below a directory: what is kept, where it goes, what is refused."""

from __future__ import annotations

import os
import stat
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import Deb, Entry
from tools.bootstrap.unpack import PackageUnpackError, is_wanted, unpack

if TYPE_CHECKING:
    from pathlib import Path


def unpacked(tmp_path: Path, *entries: Entry, compression: str = "xz") -> Path:
    root = tmp_path / "root"
    root.mkdir()
    unpack(Deb(list(entries), compression=compression).write(tmp_path), str(root), is_wanted)
    return root


@pytest.mark.parametrize("compression", ["xz", ""])
def test_files_links_and_directories(tmp_path: Path, compression: str) -> None:
    root = unpacked(
        tmp_path,
        Entry("./"),
        Entry("./usr/bin/"),
        Entry("./usr/bin/tool", b"tool", 0o755),
        Entry("./usr/bin/alias", symlink="tool"),
        Entry("./usr/bin/twin", hardlink="./usr/bin/tool"),
        Entry("./usr/lib/data", b"data" * 300_000),
        Entry("./usr/share/empty/"),
        compression=compression,
    )
    assert (root / "usr/bin/tool").read_bytes() == b"tool"
    assert os.readlink(root / "usr/bin/alias") == "tool"
    assert (root / "usr/bin/twin").samefile(root / "usr/bin/tool")
    assert (root / "usr/lib/data").stat().st_size == 1_200_000
    assert (root / "usr/share/empty").is_dir()


def test_modes_lose_what_is_dangerous_and_keep_what_we_need(tmp_path: Path) -> None:
    root = unpacked(
        tmp_path,
        Entry("usr/bin/su", b"", 0o4755),
        Entry("usr/bin/locked", b"", 0o555),
        Entry("usr/lib/secret", b"", 0o400),
        Entry("usr/lib/open", b"", 0o666),
    )
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in root.glob("usr/*/*")}
    assert modes == {"su": 0o755, "locked": 0o755, "secret": 0o600, "open": 0o644}


def test_everything_goes_below_usr_as_on_any_merged_system(tmp_path: Path) -> None:
    root = unpacked(
        tmp_path, Entry("./bin/sh", b"sh", 0o755), Entry("./lib64", symlink="usr/lib64")
    )
    assert (root / "usr/bin/sh").read_bytes() == b"sh"
    assert sorted(os.listdir(root)) == ["usr"]


def test_what_bazel_never_reads_is_left_out(tmp_path: Path) -> None:
    root = unpacked(
        tmp_path,
        Entry("./usr/share/doc/x/"),
        Entry("./usr/share/doc/x/copyright", b""),
        Entry("./usr/share/man/man1/x.1.gz", b""),
        Entry("./var/lib/x", b""),
        Entry("./dev/null", type=tarfile.CHRTYPE),
        Entry("./usr/bin/x", b""),
    )
    assert [str(path.relative_to(root)) for path in sorted(root.rglob("*"))] == [
        "usr",
        "usr/bin",
        "usr/bin/x",
    ]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("usr/lib/jvm/java-25-openjdk-amd64/lib/server/classes.jsa", True),
        ("usr/lib/jvm/java-25-openjdk-amd64/lib/server/classes_nocoops.jsa", False),
        ("usr/share/java/guava.jar", True),
        ("usr/share/documentation", True),
    ],
)
def test_the_choice(path: str, wanted: bool) -> None:
    assert is_wanted(path) is wanted


@pytest.mark.parametrize("path", ["../evil", "usr/../../evil", "/evil"])
def test_a_path_that_leads_outside_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(PackageUnpackError, match=r"hello\.deb: .*evil leads out of the package"):
        unpacked(tmp_path, Entry(path, b""))
    assert not list(tmp_path.parent.rglob("evil"))


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    with pytest.raises(PackageUnpackError, match="behind a link"):
        unpacked(
            tmp_path,
            Entry("usr/way", symlink=str(tmp_path / "outside")),
            Entry("usr/way/evil", b""),
        )
    assert not os.listdir(tmp_path / "outside")


@pytest.mark.parametrize(
    "entry",
    [
        Entry("usr/way/evil/"),
        Entry("usr/way/evil/deeper", b""),
        Entry("usr/way/evil", symlink="x"),
        Entry("usr/share/secret", hardlink="usr/way/secret"),
    ],
    ids=["directory", "file in a directory", "link", "hard link"],
)
@pytest.mark.parametrize("way", ["{}/root-of-another", "../../root-of-another", "{}/gone/../x"])
def test_nothing_is_made_or_linked_behind_a_link(tmp_path: Path, entry: Entry, way: str) -> None:
    # Its path begins as that of the directory does.
    other = tmp_path / "root-of-another"
    other.mkdir()
    (other / "secret").write_text("secret")
    with pytest.raises(PackageUnpackError, match="behind a link"):
        unpacked(tmp_path, Entry("usr/way", symlink=way.format(tmp_path)), entry)
    assert os.listdir(other) == ["secret"]
    assert not (tmp_path / "x").exists()


def test_a_hard_link_to_a_link_is_that_link(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = unpacked(
        tmp_path,
        Entry("usr/way", symlink=str(tmp_path / "secret")),
        Entry("usr/twin", hardlink="usr/way"),
    )
    assert (root / "usr/twin").is_symlink()


def test_damage_is_named(tmp_path: Path) -> None:
    deb = tmp_path / "x.deb"
    deb.write_bytes(Deb([Entry("usr/x", b"x" * 10_000)]).build()[:-40])
    with pytest.raises(PackageUnpackError, match=r"cannot unpack .*/x\.deb: .*cut short"):
        unpack(str(deb), str(tmp_path), is_wanted)
    Deb([Entry("usr/x")], compression="gz", name="y").write(tmp_path)
    with pytest.raises(PackageUnpackError, match="a decompressor"):
        unpack(str(tmp_path / "y.deb"), str(tmp_path), is_wanted)
