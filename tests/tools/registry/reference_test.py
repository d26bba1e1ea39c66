"""Names of repositories, tags and digests."""

from __future__ import annotations

import pytest

from tools.errors import FormatError
from tools.registry.reference import Reference, Repository, is_loopback, parse_reference

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("localhost/a", Reference(Repository("localhost", "a"))),
        ("localhost:5000/a/b:1.0", Reference(Repository("localhost:5000", "a/b"), "1.0")),
        ("Registry.Example/a__b.c-d", Reference(Repository("registry.example", "a__b.c-d"))),
        ("[::1]:5000/a", Reference(Repository("[::1]:5000", "a"))),
        (f"r.example/a@{DIGEST}", Reference(Repository("r.example", "a"), "", DIGEST)),
        (f"r.example/a:t@{DIGEST}", Reference(Repository("r.example", "a"), "t", DIGEST)),
    ],
)
def test_references(text: str, reference: Reference) -> None:
    assert parse_reference(text) == reference


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("app", "registry is missing"),
        ("team/app", "registry is missing"),
        ("r.example/", "is not a name"),
        ("r.example/A", "is not a name"),
        ("r.example/a//b", "is not a name"),
        ("r.example/a___b", "is not a name"),
        ("-r.example/a", "is not a host"),
        ("r.example/a:", "invalid tag"),
        ("r.example/a:.b", "invalid tag"),
        ("r.example/a:" + "x" * 129, "invalid tag"),
        ("r.example/a@sha256:0", "invalid digest"),
        ("r.example/a@md5:" + "0" * 32, "invalid digest"),
    ],
)
def test_what_is_no_reference(text: str, problem: str) -> None:
    with pytest.raises(FormatError, match=problem):
        parse_reference(text)


def test_loopback() -> None:
    for host in ("localhost", "localhost:5000", "127.0.0.1", "127.1.2.3:80", "[::1]:5000"):
        assert is_loopback(host)
    for host in ("registry.example", "localhost.example:5000", "10.0.0.1", "[::2]:5000"):
        assert not is_loopback(host)
