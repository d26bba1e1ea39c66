"""What is kept between runs, and for how long."""

from __future__ import annotations

import hashlib
import os
import pathlib

import pytest

from tools.fetch import cache
from tools.fetch.cache import Cache, cache_directory


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_what_is_put_can_be_got(tmp_path: pathlib.Path) -> None:
    kept = Cache(str(tmp_path / "a" / "b"))
    assert kept.get(digest(b"x")) is None
    kept.put(digest(b"x"), b"x")
    assert kept.get(digest(b"x")) == b"x"
    assert os.listdir(tmp_path / "a" / "b") == [digest(b"x")]


def test_damage_is_noticed(tmp_path: pathlib.Path) -> None:
    kept = Cache(str(tmp_path))
    kept.put(digest(b"x"), b"x")
    (tmp_path / digest(b"x")).write_bytes(b"y")
    assert kept.get(digest(b"x")) is None


def test_no_directory_keeps_nothing(tmp_path: pathlib.Path) -> None:
    for kept in (Cache(""), Cache(str(tmp_path / "file" / "below"))):
        (tmp_path / "file").touch()
        kept.put(digest(b"x"), b"x")
        assert kept.get(digest(b"x")) is None
        kept.prune()


def test_interrupted_writing_leaves_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Cache(str(tmp_path)).put(digest(b"x"), b"x")
    assert os.listdir(tmp_path) == []


def test_what_nobody_used_for_a_month_goes(tmp_path: pathlib.Path) -> None:
    kept = Cache(str(tmp_path))
    for data, used in ((b"old", 0), (b"new", 40 * 86400)):
        kept.put(digest(data), data)
        os.utime(tmp_path / digest(data), (used, used))
    kept.prune(now=41 * 86400)
    assert os.listdir(tmp_path) == [digest(b"new")]


def test_what_was_used_least_recently_goes_first(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MOST_BYTES", 10)
    kept = Cache(str(tmp_path))
    for used, data in enumerate((b"first!", b"second", b"3rd!")):
        kept.put(digest(data), data)
        os.utime(tmp_path / digest(data), (used, used))
    kept.prune(now=10)
    assert sorted(os.listdir(tmp_path)) == sorted([digest(b"second"), digest(b"3rd!")])


def test_where_it_is() -> None:
    assert cache_directory({"HOME": "/home/a"}) == "/home/a/.cache/plinth/downloads"
    assert cache_directory({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == "/c/plinth/downloads"
    assert cache_directory({"PLINTH_CACHE": "/x", "HOME": "/h"}) == "/x"
    assert cache_directory({"PLINTH_CACHE": "", "HOME": "/h"}) == ""
    assert cache_directory({}) == ""


def test_a_file_of_another_user_is_read(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yours(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    kept = Cache(str(tmp_path))
    kept.put(digest(b"x"), b"x")
    monkeypatch.setattr(os, "utime", not_yours)
    assert kept.get(digest(b"x")) == b"x"
