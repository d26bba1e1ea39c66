"""Which index files are read, and how they unpack."""

from __future__ import annotations

import gzip
import lzma
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tools.debian.release import IndexFile, Release
from tools.errors import FormatError
from tools.lock.archive.index import PackagesIndex, SignedFile, Suite, fetch_index, indexes_for
from tools.lock.archive.trust import UnsuitableError
from tools.lock.manifest import Archive


def suite(*paths: str, **fields: object) -> Suite:
    values: dict[str, object] = {
        "origin": "Tiny",
        "suite": "tiny",
        "codename": "tiny",
        "date": datetime(2020, 1, 1, tzinfo=UTC),
        "valid_until": None,
        "components": ("updates/main",),
        "architectures": ("all", "amd64"),
        "acquire_by_hash": True,
        "architecture_all_is_separate": False,
        "not_automatic": False,
        "but_automatic_upgrades": False,
        "indexes": {path: IndexFile(path, "ab", 7) for path in paths},
    }
    release = Release(**{**values, **fields})  # type: ignore[arg-type]
    archive = Archive("tiny", ("tiny",), ("main",), ("key",))
    signed = SignedFile(b"", None, "")
    return Suite(archive, "tiny", release, (), signed, ("http://one.example", "http://two.example"))


def paths_for(tested: Suite, architecture: str = "amd64") -> list[str]:
    return [file.path for file in indexes_for(tested, architecture)]


def test_the_form_that_is_read_fastest() -> None:
    base = "main/binary-amd64/Packages"
    assert paths_for(suite(f"{base}.gz", f"{base}.xz")) == [f"{base}.gz"]
    assert paths_for(suite(f"{base}.xz")) == [f"{base}.xz"]
    # What it unpacks to, where the Release file lists that.
    assert paths_for(suite(base, f"{base}.gz", f"{base}.xz")) == [base]


def test_packages_for_all_architectures_in_an_index_of_their_own() -> None:
    paths = ("main/binary-amd64/Packages.xz", "main/binary-all/Packages.xz")
    assert paths_for(suite(*paths)) == [paths[0]]
    assert paths_for(suite(*paths, architecture_all_is_separate=True)) == list(paths)


def test_an_architecture_that_is_not_there() -> None:
    with pytest.raises(UnsuitableError, match=r"It has: amd64\."):
        paths_for(suite("main/binary-amd64/Packages.xz"), "s390x")


@pytest.mark.parametrize(
    ("not_automatic", "upgrades", "priority"),
    [(False, False, 500), (True, True, 100), (True, False, 1)],
)
def test_backports_and_experimental_are_not_used_unasked(
    not_automatic: bool, upgrades: bool, priority: int
) -> None:
    tested = suite(not_automatic=not_automatic, but_automatic_upgrades=upgrades)
    assert tested.priority == priority


class Recorder:
    """A downloader that only remembers what it was asked."""

    urls: tuple[str, ...] = ()

    def fetch(
        self,
        urls: object,
        *,
        sha256: str | None,
        size: int | None,
        label: str,
        limit: int = 0,  # noqa: ARG002
    ) -> bytes:
        """Return nothing worth having."""
        self.urls = tuple(urls)  # type: ignore[arg-type]
        assert (sha256, size, label) == ("ab", 7, "main/binary-amd64/Packages.xz of tiny tiny")
        return b""


@pytest.mark.parametrize("by_hash", [True, False])
def test_indexes_are_asked_for_by_digest_first(by_hash: bool) -> None:
    tested = suite("main/binary-amd64/Packages.xz", acquire_by_hash=by_hash)
    recorder = Recorder()
    fetch_index(tested, indexes_for(tested, "amd64")[0], recorder)
    directory = "dists/tiny/main/binary-amd64"
    names = [f"{directory}/by-hash/SHA256/ab"] if by_hash else []
    assert recorder.urls == tuple(
        f"http://{host}.example/{name}"
        for name in [*names, f"{directory}/Packages.xz"]
        for host in ("one", "two")
    )


TEXT = b"Package: a\n" * 1_000_000


def index(suffix: str, data: bytes) -> PackagesIndex:
    file = IndexFile(f"Packages{suffix}", "", 0)
    return PackagesIndex(suite(), file, file, data)


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        ("", TEXT),
        (".gz", gzip.compress(TEXT, 1)),
        (".xz", lzma.compress(TEXT, preset=0)),
        (
            ".xz",
            lzma.compress(TEXT[:99], preset=0) + b"\0" * 4 + lzma.compress(TEXT[99:], preset=0),
        ),
    ],
)
def test_unpacking(suffix: str, data: bytes) -> None:
    assert index(suffix, data).text() == TEXT


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".gz", b"no"),
        (".xz", b"no"),
        (".gz", gzip.compress(TEXT, 1)[:-9]),
        (".xz", lzma.compress(TEXT, preset=0)[:-9]),
    ],
)
def test_what_does_not_unpack(suffix: str, data: bytes) -> None:
    with pytest.raises(FormatError, match=f"Packages{suffix}.*does not unpack"):
        index(suffix, data).text()


def test_what_unpacks_to_something_else() -> None:
    tested = replace(index(".gz", gzip.compress(b"evil", 1)), file=IndexFile("Packages", "ab", 4))
    with pytest.raises(FormatError, match="does not unpack to Packages"):
        tested.text()
