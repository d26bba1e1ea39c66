"""Files of an upstream archive, with a record of what they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.tools.elf_builder import Elf
from tests.tools.workbench import Failed, Fragment, Workbench
from tools.debian.control import parse_paragraph

if TYPE_CHECKING:
    from pathlib import Path

COMPONENT = {
    "type": "archive",
    "name": "nodejs",
    "version": "24.21.0",
    "license": "MIT",
    "homepage": "https://nodejs.org/",
    "url": "https://nodejs.org/dist/node.tar.gz",
    "sha256": "ab" * 32,
}
RECORD = {"package": "nodejs24", "version": "24.21.0", "architecture": "amd64"}
STATUS = "var/lib/dpkg/status.d/nodejs24"


def collect(workbench: Workbench, directory: Path, *params: tuple[str, object]) -> Fragment:
    program, text = directory / "node", directory / "LICENSE"
    program.write_bytes(Elf(interpreter="/lib64/ld-linux-x86-64.so.2").build())
    text.write_text("Do as you like.\n")
    return workbench.fragment(
        "archive-fragment",
        ("component", COMPONENT),
        ("record", RECORD),
        ("file", {"src": str(program), "path": "nodejs/bin/node"}),
        ("file", {"src": str(text), "path": "nodejs/LICENSE"}),
        *params,
    )


def test_programs_can_be_started_and_texts_be_read(workbench: Workbench, tmp_path: Path) -> None:
    fragment = collect(workbench, tmp_path)
    assert fragment.entry("nodejs/bin/node")["mode"] == 0o755
    assert fragment.entry("nodejs/LICENSE")["mode"] == 0o644


def test_the_facts_tell_what_it_is(workbench: Workbench, tmp_path: Path) -> None:
    assert collect(workbench, tmp_path).facts["component"] == COMPONENT


def test_scanners_find_a_paragraph(workbench: Workbench, tmp_path: Path) -> None:
    fragment = collect(workbench, tmp_path)
    paragraph = parse_paragraph(fragment.content(STATUS))
    assert paragraph.get("Package") == "nodejs24", "no name that Debian's advisories speak of"
    assert paragraph.get("Version") == "24.21.0"
    assert paragraph.get("Architecture") == "amd64"
    assert paragraph.get("Origin") == COMPONENT["url"]
    assert paragraph.get("Checksum-Sha256") == COMPONENT["sha256"]
    md5 = hashlib.md5(b"Do as you like.\n").hexdigest()  # noqa: S324 - dpkg's format
    assert f"{md5}  nodejs/LICENSE\n".encode() in fragment.content(STATUS + ".md5sums")


def test_a_digest_of_another_kind(workbench: Workbench) -> None:
    component = {key: value for key, value in COMPONENT.items() if key != "sha256"}
    fragment = workbench.fragment(
        "archive-fragment", ("component", component | {"sha512": "cd" * 64}), ("record", RECORD)
    )
    paragraph = parse_paragraph(fragment.content(STATUS))
    assert paragraph.get("Checksum-Sha512") == "cd" * 64


def test_a_policy_leaves_files_out(workbench: Workbench, tmp_path: Path) -> None:
    fragment = collect(workbench, tmp_path, ("policy", {"omit": ["nodejs/LICENSE"]}))
    assert "nodejs/LICENSE" not in fragment.paths
    assert b"LICENSE" not in fragment.content(STATUS + ".md5sums")


def test_links_are_made(workbench: Workbench, tmp_path: Path) -> None:
    link = {"path": "usr/bin/node", "target": "../../nodejs/bin/node"}
    fragment = collect(workbench, tmp_path, ("symlink", link))
    assert fragment.entry("usr/bin/node")["target"] == "../../nodejs/bin/node"


def test_a_file_that_is_not_there(workbench: Workbench, tmp_path: Path) -> None:
    gone = {"src": str(tmp_path / "gone"), "path": "nodejs/gone"}
    with pytest.raises(Failed, match=r"nodejs24 24\.21\.0: nodejs/gone: cannot read"):
        collect(workbench, tmp_path, ("file", gone))
