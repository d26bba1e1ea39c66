"""A file that a target takes for a program or a jar is one, or is refused by what it is."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.tools.elf_builder import MACHINES, Elf
from tests.tools.workbench import Failed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tools.workbench import Workbench

LOADER = "/lib64/ld-linux-x86-64.so.2"


def collect(workbench: Workbench, tmp_path: Path, content: bytes, **kind: str) -> None:
    source = tmp_path / "given"
    source.write_bytes(content)
    item = {"src": str(source), "path": "app/server", **kind}
    fragment = workbench.fragment("files-fragment", ("origin", "//app:image"), ("file", item))
    assert fragment.content("app/server") == content


@pytest.mark.parametrize("architecture", sorted(MACHINES))
def test_a_program_for_the_architecture_is_taken(
    workbench: Workbench, tmp_path: Path, architecture: str
) -> None:
    for elf in (Elf(architecture, interpreter="/ld.so"), Elf(architecture, executable=True)):
        collect(workbench, tmp_path, elf.build(), kind="program", architecture=architecture)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"#!/bin/sh\nexec true\n", "is a script, and should be an ELF program for amd64"),
        (b"MZ\x90\0", "is a program for Windows"),
        (b"\xcf\xfa\xed\xfe\x07\0", "is a program for macOS"),
        (b"PK\3\4\0\0", "is a zip archive"),
        (b"!<arch>\nmain.o/", "is a library of object files"),
        (b"\x7fELF\2\1\1", "is an ELF object that is no program"),
        (b"just text", "is no ELF file"),
        (b"", "is empty"),
        (Elf(soname="libx.so.1").build(), "is a shared library"),
        (
            Elf("arm64", executable=True).build(),
            "is a program for arm64, and the image is for amd64",
        ),
        (Elf("i386", executable=True).build(), "is a program for i386"),
    ],
)
def test_what_is_no_program_is_refused(
    workbench: Workbench, tmp_path: Path, content: bytes, problem: str
) -> None:
    with pytest.raises(Failed, match=rf"//app:image: app/server: \S+/given {problem}") as refused:
        collect(workbench, tmp_path, content, kind="program", architecture="amd64")
    assert "@@" not in str(refused.value)


def test_a_jar_is_taken(workbench: Workbench, tmp_path: Path) -> None:
    for names in ((), ("example/Main.class",)):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in names:
                archive.writestr(name, b"")
        collect(workbench, tmp_path, buffer.getvalue(), kind="jar")
        started_by_a_script = b"#!/bin/sh\nexec java -jar $0\n" + buffer.getvalue()
        collect(workbench, tmp_path, started_by_a_script, kind="jar")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"#!/bin/sh\n", "is a script, and should be a whole jar"),
        (b"\x7fELF\2\1\1\0", "is an ELF object"),
        (b"PK\3\4 and then the download ended", "is a zip archive, and should be a whole jar"),
        (b"<html>404", "is no zip archive, and should be a whole jar"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_jar_is_refused(
    workbench: Workbench, tmp_path: Path, content: bytes, problem: str
) -> None:
    with pytest.raises(Failed, match=problem):
        collect(workbench, tmp_path, content, kind="jar")
