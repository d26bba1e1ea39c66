"""What is remembered of the content of files."""

from __future__ import annotations

import pytest

from tests.tools.elf_builder import Elf
from tools.layer.content import START, describe_content, worth_reading


@pytest.mark.parametrize(
    ("content", "shebang"),
    [
        (b"#!/bin/sh\nexit\n", "/bin/sh"),
        (b"#! /usr/bin/env -S python3 -I\r\n", "/usr/bin/env -S python3 -I"),
        (b"#!/bin/sh", "/bin/sh"),
    ],
)
def test_remembers_who_runs_a_script(content: bytes, shebang: str) -> None:
    assert worth_reading("usr/bin/x", len(content), content[:START])
    assert describe_content("usr/bin/x", content) == {"shebang": shebang}


def test_a_shebang_of_nothing_is_no_fact() -> None:
    assert describe_content("usr/bin/x", b"#!\n") == {}


def test_remembers_accounts_and_release() -> None:
    for path in ("etc/passwd", "etc/group", "usr/lib/os-release", "etc/ld.so.conf.d/x.conf"):
        assert worth_reading(path, 5, b"text\n")
        assert describe_content(path, b"text\n") == {"text": "text\n"}


def test_does_not_remember_anything_else() -> None:
    assert not worth_reading("etc/shadow", 5, b"text\n")
    assert not worth_reading("etc/passwd", 1 << 20, b"text\n")


def test_remembers_objects_and_survives_damaged_ones() -> None:
    content = Elf(soname="libx.so.1").build()
    assert describe_content("x", content)["elf"]["soname"] == "libx.so.1"
    assert describe_content("x", content[:20]) == {}
