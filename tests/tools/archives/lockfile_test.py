"""Archive locks are data: hostile fields are refused, by the table that the rules' tests share."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tools.archives.lockfile import ArchiveLockError, read_archives

VALUES = json.loads(Path("tests/grammar.json").read_text(encoding="utf-8"))["anywhere"]
SHA256 = "0123456789abcdef" * 4
LOCK: dict[str, Any] = {
    "version": 1,
    "archives": {
        "tool": {
            "name": "tool",
            "version": "1.0",
            "license": "MIT",
            "homepage": "https://tool.example/",
            "files": ["bin/tool"],
            "releases": {"nodejs": "24"},
            "architectures": {
                "amd64": {
                    "url": "https://tool.example/tool.tar.gz",
                    "sha256": SHA256,
                    "strip_prefix": "tool",
                    "members": {"bin/tool": SHA256},
                    "carriers": [
                        {"npm": "tool", "version": "1.0.0", "sha256": SHA256},
                        {"pypi": "tool", "sha256": SHA256, "strip_prefix": "tool"},
                    ],
                }
            },
        }
    },
}
PLACE = ("archives", "tool", "architectures", "amd64")
# Most printable characters are allowed in these.
FREE = {
    *(("archives", "tool", field) for field in ("name", "version", "license")),
    ("archives", "tool", "releases", "nodejs"),
    ("archives", "tool", "files", 0),
    (*PLACE, "strip_prefix"),
    (*PLACE, "carriers", 1, "strip_prefix"),
}
# What is missing there is not wrong.
OPTIONAL = {
    ("archives", "tool", "homepage"),
    (*PLACE, "sha512"),
    (*PLACE, "strip_prefix"),
    (*PLACE, "carriers", 1, "strip_prefix"),
}
FIELDS: list[tuple[str | int, ...]] = [
    ("archives", "tool"),
    *(("archives", "tool", field) for field in LOCK["archives"]["tool"]),
    ("archives", "tool", "releases", "nodejs"),
    ("archives", "tool", "files", 0),
    PLACE,
    *((*PLACE, field) for field in LOCK["archives"]["tool"]["architectures"]["amd64"]),
    (*PLACE, "sha512"),
    (*PLACE, "members", "bin/tool"),
    *((*PLACE, "carriers", 0, field) for field in ("npm", "version", "sha256")),
    *((*PLACE, "carriers", 1, field) for field in ("pypi", "sha256", "strip_prefix")),
]


def changed(path: tuple[str | int, ...], value: object) -> str:
    lock = copy.deepcopy(LOCK)
    inner: Any = lock
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return json.dumps(lock)


def test_a_good_lock_is_read() -> None:
    assert read_archives(json.dumps(LOCK), "lock") == LOCK["archives"]


@pytest.mark.parametrize("path", FIELDS, ids=lambda path: ".".join(map(str, path)))
def test_hostile_fields(path: tuple[str | int, ...]) -> None:
    refused = 0
    for value in VALUES:
        if value is None and path in OPTIONAL:
            continue
        try:
            read_archives(changed(path, value), "x.lock.json")
        except ArchiveLockError as error:
            message = str(error)
            assert message.startswith('x.lock.json: archive "tool": ')
            assert message.isascii()
            assert message.isprintable()
            assert len(message) < 400
            refused += 1
        else:
            # Text of one line without control characters, or nothing at all.
            assert path in FREE or value in ([], {}), (path, value)
            assert not isinstance(value, str) or (value and value.isprintable())
    assert refused >= 15


@pytest.mark.parametrize("name", [value for value in VALUES if isinstance(value, str)])
def test_hostile_names(name: str) -> None:
    for path in (("archives",), PLACE[:3]):
        with pytest.raises(ArchiveLockError):
            read_archives(changed(path, {name: LOCK["archives"]["tool"]}), "lock")


def test_nesting_without_end() -> None:
    with pytest.raises(ArchiveLockError, match="not JSON"):
        read_archives("[" * 100_000, "lock")
