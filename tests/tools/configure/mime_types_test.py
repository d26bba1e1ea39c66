"""The database of types of files: programs find in it what packages say of types."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from tests.tools.configure.configuration_fragment_test import configure, package
from tests.tools.deb_builder import Entry

if TYPE_CHECKING:
    from tests.tools.workbench import Fragment, Workbench

_SHIPPED = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE mime-info [ <!ELEMENT mime-info (mime-type)+> ]>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-tar"><comment>Tar archive</comment>
    <magic><match type="string" value="ustar\\0" offset="257"/></magic>
    <glob pattern="*.tar"/>
  </mime-type>
  <mime-type type="text/x-c++src"><comment>C++ source</comment>
    <sub-class-of type="text/plain"/>
    <glob pattern="*.C" case-sensitive="true"/><glob pattern="*.cpp"/>
  </mime-type>
  <mime-type type="text/x-makefile"><comment>Makefile</comment>
    <glob pattern="Makefile"/><glob pattern="makefile.*" weight="10"/>
  </mime-type>
  <mime-type type="image/x-tga"><comment>TGA &amp; others</comment>
    <comment xml:lang="de">TGA-Bild</comment>
    <alias type="image/x-targa"/>
    <generic-icon name="image-x-generic"/>
    <magic priority="10"><match type="big16" value="0x0102" mask="0xFFFE" offset="1:3">
      <match type="host16" value="0x1234" offset="8"/></match></magic>
    <root-XML namespaceURI="urn:tga" localName="tga"/>
  </mime-type>
</mime-info>
"""
_ADDED = """<mime-info><mime-type type="image/x-tga"><comment>Targa</comment>
<glob pattern="*.tga"/></mime-type></mime-info>"""
_PACKAGES = "usr/share/mime/packages"


@pytest.fixture(name="database")
def made(workbench: Workbench) -> Fragment:
    """Make the database of two packages, and of a file that is no XML."""
    shared = package(
        workbench,
        "shared-mime-info",
        Entry("usr/bin/update-mime-database", b"", 0o755),
        Entry(f"{_PACKAGES}/freedesktop.org.xml", _SHIPPED.encode()),
    )
    viewer = package(
        workbench,
        "viewer",
        Entry(f"{_PACKAGES}/viewer.xml", _ADDED.encode()),
        Entry(f"{_PACKAGES}/broken.xml", b"<mime-info><mime-type"),
    )
    return configure(workbench, shared, viewer, effects=("mime_types",))


class Cache:
    """Reads mime.cache as the specification says that programs do."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        assert struct.unpack_from(">HH", data) == (1, 2)
        (self.aliases, self.parents, self.literals, self.suffixes, self.globs, self.magic) = (
            self.numbers(4, 6)
        )

    def numbers(self, offset: int, count: int) -> tuple[int, ...]:
        """Return some numbers in a row."""
        return struct.unpack_from(f">{count}I", self.data, offset)

    def string(self, offset: int) -> str:
        """Return a string, which a zero ends."""
        return self.data[offset : self.data.index(b"\0", offset)].decode()

    def pairs(self, offset: int) -> dict[str, str]:
        """Return a list of two strings each, or of patterns with their types."""
        (count,) = self.numbers(offset, 1)
        width = 3 if offset in {self.literals, self.globs} else 2
        rows = (self.numbers(offset + 4 + 4 * width * row, 2) for row in range(count))
        return {self.string(one): self.string(other) for one, other in rows}

    def by_suffix(self, name: str) -> list[tuple[str, int]]:
        """Return the types of the longest suffix that a name has, with weights and flags."""
        count, first = self.numbers(self.suffixes, 2)
        found: list[tuple[str, int]] = []
        for character in reversed("\0" + name):
            rows = [self.numbers(first + 12 * row, 3) for row in range(count)]
            found = [(self.string(row[1]), row[2]) for row in rows if not row[0]] or found
            inner = [row for row in rows if row[0] == ord(character)]
            if not inner or character == "\0":
                break
            _, count, first = inner[0]
        return found

    def sections(self) -> list[tuple[int, str, list[tuple[int, ...]]]]:
        """Priority, type and matches."""
        count, _, first = self.numbers(self.magic, 3)
        rows = [self.numbers(first + 16 * row, 4) for row in range(count)]
        return [
            (row[0], self.string(row[1]), [self.numbers(row[3] + 32 * n, 8) for n in range(row[2])])
            for row in rows
        ]


def test_types_are_found_by_name(database: Fragment) -> None:
    cache = Cache(database.content("usr/share/mime/mime.cache"))
    assert cache.by_suffix("a.tar") == [("application/x-tar", 50)]
    assert cache.by_suffix("main.C") == [("text/x-c++src", 0x100 | 50)], "case matters"
    assert cache.by_suffix("picture.tga") == [("image/x-tga", 50)], "another package says so"
    assert cache.pairs(cache.literals) == {"makefile": "text/x-makefile"}
    assert cache.pairs(cache.globs) == {"makefile.*": "text/x-makefile"}
    assert cache.pairs(cache.aliases) == {"image/x-targa": "image/x-tga"}


def test_types_are_found_by_content(database: Fragment) -> None:
    cache = Cache(database.content("usr/share/mime/mime.cache"))
    (_, tar, (ustar,)), (_, tga, (word,)) = cache.sections()
    assert (tar, tga) == ("application/x-tar", "image/x-tga")
    start, length, size, count, value, mask, inner, _ = ustar
    assert (start, length, size, mask, inner) == (257, 1, 1, 0, 0)
    assert cache.data[value : value + count] == b"ustar\0"
    start, length, size, count, value, mask, inner, first = word
    assert (start, length, size, inner) == (1, 3, 1, 1)
    assert cache.data[value : value + count] == b"\x01\x02"
    assert cache.data[mask : mask + count] == b"\xff\xfe"
    assert cache.numbers(first, 4) == (8, 1, 2, 2), "its words are in the machine's order"


def test_files_for_programs_that_read_no_cache(database: Fragment) -> None:
    def lines(name: str) -> list[str]:
        text = database.content(f"usr/share/mime/{name}").decode("latin-1")
        return [line for line in text.split("\n") if line and not line.startswith("#")]

    assert lines("globs2") == [
        "50:application/x-tar:*.tar",
        "50:image/x-tga:*.tga",
        "50:text/x-c++src:*.C:cs",
        "50:text/x-c++src:*.C",
        "50:text/x-c++src:*.cpp",
        "50:text/x-makefile:makefile",
        "10:text/x-makefile:makefile.*",
    ]
    assert lines("magic") == [
        "MIME-Magic\0",
        "[50:application/x-tar]",
        ">257=\0\x06ustar\0",
        "[10:image/x-tga]",
        ">1=\0\x02\x01\x02&\xff\xfe+3",
        "1>8=\0\x02\x124~2",
    ]
    assert lines("subclasses") == ["text/x-c++src text/plain"]
    assert lines("XMLnamespaces") == ["urn:tga tga image/x-tga"]
    assert lines("generic-icons") == ["image/x-tga:image-x-generic"]


def test_the_description_of_a_type_is_that_of_the_last_package(database: Fragment) -> None:
    text = database.content("usr/share/mime/image/x-tga.xml").decode()
    assert "<comment>Targa</comment>" in text
    assert '<comment xml:lang="de">TGA-Bild</comment>' in text
    assert "TGA &amp; others" not in text
