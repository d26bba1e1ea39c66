"""Facts of ELF objects, of every architecture."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tools.elf_builder import MACHINES, Elf
from tools.layer.elf import is_program, parse_elf


@pytest.mark.parametrize("architecture", MACHINES)
def test_a_library(architecture: str) -> None:
    width, order, machine, flags = MACHINES[architecture]
    elf = Elf(
        architecture,
        soname="libx.so.1",
        needed=("libc.so.6", "libm.so.6"),
        runpath="$ORIGIN/../lib",
        versions_needed=(("libc.so.6", ("GLIBC_2.34", "GLIBC_2.2.5")), ("libm.so.6", ("V",))),
        versions_defined=("X_1.0", "X_1.1"),
    )
    assert parse_elf(elf.build()) == {
        "class": width,
        "endian": "little" if order == "<" else "big",
        "machine": machine,
        "flags": flags,
        "type": "shared",
        "soname": "libx.so.1",
        "needed": ["libc.so.6", "libm.so.6"],
        "runpath": "$ORIGIN/../lib",
        "versions_needed": {"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.34"], "libm.so.6": ["V"]},
        "versions_defined": ["X_1.0", "X_1.1"],
    }


@pytest.mark.parametrize("architecture", MACHINES)
def test_shows_a_few_symbols_of_each_version(architecture: str) -> None:
    versions = ("GLIBC_2.34", "GLIBC_2.38", "GLIBC_2.40")
    symbols = [(f"symbol{number}", "GLIBC_2.34") for number in range(5)]
    elf = Elf(
        architecture,
        versions_needed=(("libc.so.6", versions),),
        symbols_needed=(*symbols, ("strlcpy", "GLIBC_2.38")),
    )
    facts = parse_elf(elf.build())
    assert facts
    assert facts["symbols_needed"] == {
        "libc.so.6": {
            "GLIBC_2.34": ["symbol0", "symbol1", "symbol2"],
            "GLIBC_2.38": ["strlcpy"],
            "GLIBC_2.40": [],
        }
    }


def test_a_weak_version_is_not_needed() -> None:
    elf = Elf(versions_needed=(("libc.so.6", ("A", "B")),), weak=("B",))
    facts = parse_elf(elf.build())
    assert facts
    assert facts["versions_needed"] == {"libc.so.6": ["A"]}


def test_programs_and_libraries() -> None:
    library = parse_elf(Elf(soname="libx.so.1").build())
    program = parse_elf(Elf(interpreter="/lib64/ld-linux-x86-64.so.2").build())
    static = parse_elf(Elf(executable=True).build())
    assert library and not is_program(library)
    assert program and is_program(program)
    assert program["interpreter"] == "/lib64/ld-linux-x86-64.so.2"
    assert static and is_program(static)
    # As some wheels have them. Linux starts no such file.
    empty = parse_elf(Elf(soname="libx.so.1", interpreter="").build())
    assert empty == library


def test_a_real_program() -> None:
    with open(os.path.realpath(sys.executable), "rb") as stream:
        data = stream.read()
    facts = parse_elf(data)
    assert facts
    assert any(name.startswith("libc.so") for name in facts["needed"])
    assert any(name.startswith("GLIBC_") for name in facts["versions_needed"]["libc.so.6"])


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"#!/bin/sh", b"\x7fELF" + bytes(100)])
def test_what_is_no_object(data: bytes) -> None:
    assert parse_elf(data) is None


WHOLE = Elf(soname="x", needed=("y",), versions_needed=(("y", ("V", "W")),)).build()


@example(length=len(WHOLE), place=39, value=128)  # an offset beyond what a C integer holds
@given(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_damage_never_raises(length: int, place: int, value: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] = value
    parse_elf(damaged[:length])


def test_data_in_the_form_of_elf_is_no_object() -> None:
    # e_machine EM_NONE, as of the profiles and images that some compilers write.
    data = bytearray(Elf(soname="libx.so.1").build())
    data[18:20] = b"\0\0"
    assert parse_elf(bytes(data)) is None


def test_notes_who_converts_charsets() -> None:
    wanted = {"versions_needed": (("libc.so.6", ("V",)),), "symbols_needed": (("iconv_open", "V"),)}
    facts = parse_elf(Elf(**wanted).build())  # type: ignore[arg-type]
    assert facts and facts["iconv"]
    libc = parse_elf(Elf(soname="libc.so.6", **wanted).build())  # type: ignore[arg-type]
    assert libc and "iconv" not in libc


@pytest.mark.parametrize("name", ["system", "popen"])
def test_notes_which_programs_run_commands(name: str) -> None:
    wanted = {"versions_needed": (("libc.so.6", ("V",)),), "symbols_needed": ((name, "V"),)}
    facts = parse_elf(Elf(interpreter="/lib/ld.so", **wanted).build())  # type: ignore[arg-type]
    assert facts and facts["shell"]
    library = parse_elf(Elf(soname="libx.so.1", **wanted).build())  # type: ignore[arg-type]
    assert library and "shell" not in library


@pytest.mark.parametrize(("text", "names"), [(b"\0/bin/sh\0", True), (b"\0/bin/sh -c\0", False)])
def test_notes_which_programs_name_the_shell(text: bytes, names: bool) -> None:
    facts = parse_elf(Elf(interpreter="/lib/ld.so").build() + text)
    assert facts and ("shell" in facts) == names
