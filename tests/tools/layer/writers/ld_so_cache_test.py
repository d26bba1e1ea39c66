"""ld.so.cache is what ldconfig would write."""

from __future__ import annotations

import subprocess
from struct import unpack_from
from typing import TYPE_CHECKING

import pytest

from tests.debian_program import debian_program
from tests.tools.elf_builder import MACHINES, Elf
from tools.layer.elf import parse_elf
from tools.layer.tree import Tree
from tools.layer.writers.ld_so_cache import BIG_ENDIAN, Library, find_libraries, write_cache

if TYPE_CHECKING:
    from pathlib import Path

    from tools.layer.facts import Entry

MULTIARCH = "usr/lib/x86_64-linux-gnu"


def tree_of(files: dict[str, bytes | str]) -> Tree:
    """Return a tree of files (bytes) and symbolic links (text)."""
    entries: list[Entry] = []
    for path, content in files.items():
        if isinstance(content, str):
            entries.append({"path": path, "type": "symlink", "target": content})
            continue
        entry: Entry = {"path": path, "type": "file"}
        elf = parse_elf(content)
        if elf:
            entry["elf"] = elf
        else:
            entry["text"] = content.decode()
        entries.append(entry)
    return Tree([{"entries": entries}])


def library(soname: str) -> bytes:
    return Elf(soname=soname, needed=("libc.so.6",)).build()


REALISTIC: dict[str, bytes | str] = {
    "lib": "usr/lib",
    "etc/ld.so.conf": b"include /etc/ld.so.conf.d/*.conf\n",
    "etc/ld.so.conf.d/libc.conf": b"# libc default configuration\n/usr/local/lib\n",
    "etc/ld.so.conf.d/x86_64-linux-gnu.conf": (
        b"# Multiarch support\n/usr/local/lib/x86_64-linux-gnu\n/lib/x86_64-linux-gnu\n"
        b"/usr/lib/x86_64-linux-gnu\n"
    ),
    f"{MULTIARCH}/libz.so.1.3.1": library("libz.so.1"),
    f"{MULTIARCH}/libz.so.1": "libz.so.1.3.1",
    f"{MULTIARCH}/libz.so": "libz.so.1",
    f"{MULTIARCH}/libfoo.so.2.10": library("libfoo.so.2"),
    f"{MULTIARCH}/libfoo.so.2.9": library("libfoo.so.2"),
    f"{MULTIARCH}/libfoo.so.2": "libfoo.so.2.10",
    f"{MULTIARCH}/libplain.so": Elf(needed=("libc.so.6",)).build(),
    f"{MULTIARCH}/libc.so.6": library("libc.so.6"),
    f"{MULTIARCH}/ld-linux-x86-64.so.2": library("ld-linux-x86-64.so.2"),
    f"{MULTIARCH}/module.so": library("module.so"),
    f"{MULTIARCH}/libscript.so": b"INPUT(libz.so.1)",
    f"{MULTIARCH}/libdangling.so.1": "nowhere",
    "usr/local/lib/libz.so.1.2": library("libz.so.1"),
    "usr/local/lib/libz.so.1": "libz.so.1.2",
    "usr/lib/libabs.so.1": f"/{MULTIARCH}/libabs.so.1.0",
    f"{MULTIARCH}/libabs.so.1.0": library("libabs.so.1"),
    f"{MULTIARCH}/libabs.so.1": "libabs.so.1.0",
    "usr/lib/elsewhere/libhidden.so.1": library("libhidden.so.1"),
}


def found(files: dict[str, bytes | str]) -> list[tuple[str, str]]:
    return [(item.soname, item.path) for item in find_libraries(tree_of(files))[0]]


def test_where_libraries_are_found() -> None:
    libraries = found(REALISTIC)
    assert libraries[0] == ("libz.so.1", "/usr/local/lib/libz.so.1")
    assert ("libz.so.1", "/lib/x86_64-linux-gnu/libz.so.1") in libraries
    assert ("libz.so", "/lib/x86_64-linux-gnu/libz.so") in libraries
    assert ("libplain.so", "/lib/x86_64-linux-gnu/libplain.so") in libraries
    assert not [name for name, _ in libraries if "hidden" in name or "module" in name]


def test_without_ld_so_conf_its_directory_is_read() -> None:
    files = {path: content for path, content in REALISTIC.items() if path != "etc/ld.so.conf"}
    assert found(files) == found(REALISTIC)


def test_a_missing_soname_link_is_made() -> None:
    files: dict[str, bytes | str] = {
        "usr/lib/libx.so.1.2": library("libx.so.1"),
        "usr/lib/libx.so.1.10": library("libx.so.1"),
    }
    libraries, links = find_libraries(tree_of(files))
    assert [(item.soname, item.path) for item in libraries] == [("libx.so.1", "/usr/lib/libx.so.1")]
    assert links == [("usr/lib/libx.so.1", "libx.so.1.10")]


def parsed(cache: bytes, order: str) -> list[tuple[int, str, str, int]]:
    """Read a cache back as ld.so does."""
    count, strings_size, flags, extension = unpack_from(order + "IIB3xI", cache, 20)
    assert cache[:20] == b"glibc-ld.so.cache1.1"
    assert flags == (2 if order == "<" else 3)
    assert extension >= 48 + 24 * count + strings_size

    def text(offset: int) -> str:
        return cache[offset : cache.index(b"\0", offset)].decode()

    lines = (unpack_from(order + "iIIIQ", cache, 48 + 24 * index) for index in range(count))
    return [(kind, text(key), text(value), hwcap) for kind, key, value, _, hwcap in lines]


@pytest.mark.parametrize(
    ("architecture", "flags"),
    [
        ("amd64", 0x303), ("arm64", 0xA03), ("armhf", 0x903), ("i386", 0x003),
        ("ppc64el", 0x503), ("riscv64", 0x1003), ("s390x", 0x403),
    ],
)  # fmt: skip
def test_every_architecture(architecture: str, flags: int) -> None:
    order = MACHINES[architecture][1]
    assert (architecture in BIG_ENDIAN) == (order == ">")
    elf = Elf(architecture, soname="libx.so.1").build()
    libraries, _ = find_libraries(tree_of({"usr/lib/libx.so.1": elf, "lib": "usr/lib"}))
    cache = write_cache(libraries, big_endian=order == ">", generator="test")
    assert parsed(cache, order) == [(flags, "libx.so.1", "/lib/libx.so.1", 0)]


def test_order_is_by_number_descending_and_the_first_directory_first() -> None:
    names = ["libx.so.9", "libx.so.10", "liba.so.1", "libx.so.10"]
    libraries = [Library(name, f"/{index}/{name}", 0x303) for index, name in enumerate(names)]
    cache = write_cache(libraries, big_endian=False, generator="test")
    assert [path for _, _, path, _ in parsed(cache, "<")] == [
        "/1/libx.so.10", "/3/libx.so.10", "/0/libx.so.9", "/2/liba.so.1",
    ]  # fmt: skip


def test_libraries_for_newer_processors_come_first() -> None:
    files = {
        **REALISTIC,
        f"{MULTIARCH}/glibc-hwcaps/x86-64-v3/libz.so.1.3.1": library("libz.so.1"),
        f"{MULTIARCH}/glibc-hwcaps/x86-64-v2/libz.so.1.3.1": library("libz.so.1"),
    }
    cache = write_cache(find_libraries(tree_of(files))[0], big_endian=False, generator="test")
    lines = [(path, hwcap) for _, name, path, hwcap in parsed(cache, "<") if name == "libz.so.1"]
    directory = "/lib/x86_64-linux-gnu"
    assert lines == [
        (f"{directory}/glibc-hwcaps/x86-64-v2/libz.so.1.3.1", 1 << 62),
        (f"{directory}/glibc-hwcaps/x86-64-v3/libz.so.1.3.1", 1 << 62 | 1),
        ("/usr/local/lib/libz.so.1", 0),
        (f"{directory}/libz.so.1", 0),
    ]


def test_golden() -> None:
    libraries = [Library("libx.so.1", "/lib/libx.so.1", 0x303)]
    assert write_cache(libraries, big_endian=False, generator="g").hex() == (
        "676c6962632d6c642e736f2e6361636865312e31"  # magic and version
        "010000000f000000" "02000000" "58000000" "000000000000000000000000"
        "03030000" "4d000000" "48000000" "00000000" "0000000000000000"
        "2f6c69622f6c6962782e736f2e3100" "00"  # the soname is the tail of the path
        "7421a4ea01000000" "00000000" "00000000" "70000000" "01000000" "67"
    )  # fmt: skip


@pytest.mark.parametrize("hwcaps", [False, True])
def test_same_bytes_as_ldconfig(tmp_path: Path, *, hwcaps: bool) -> None:
    files = dict(REALISTIC)
    if hwcaps:
        files[f"{MULTIARCH}/glibc-hwcaps/x86-64-v3/libz.so.1.3.1"] = library("libz.so.1")
    for path, content in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.startswith("lib/"):
            continue
        if isinstance(content, str):
            place.symlink_to(content)
        else:
            place.write_bytes(content)
    (tmp_path / "var/cache/ldconfig").mkdir(parents=True)
    done = subprocess.run(
        [*debian_program("ldconfig"), "-r", str(tmp_path)], capture_output=True, check=False
    )
    cache = tmp_path / "etc/ld.so.cache"
    assert cache.exists(), done.stderr
    real = cache.read_bytes()
    generator = real[real.rindex(b"ldconfig ") :].decode()
    libraries, _ = find_libraries(tree_of(files))
    assert write_cache(libraries, big_endian=False, generator=generator) == real
