"""deb(5): the members of a package, and every way in which a file is none."""

import pytest

from tools.debian.deb import DebFormatError, ar_members, deb_members


def ar(*members: tuple[str, bytes]) -> bytes:
    out = b"!<arch>\n"
    for name, data in members:
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
        out += header.encode() + data + b"\n" * (len(data) % 2)
    return out


FORMAT = ("debian-binary", b"2.0\n")
CONTROL = ("control.tar.xz", b"control")
DATA = ("data.tar.xz", b"data")


def test_a_package() -> None:
    package = ar(FORMAT, CONTROL, DATA)
    members = deb_members(package)
    assert bytes(members.control.read(package)) == b"control"
    assert bytes(members.data.read(package)) == b"data"
    assert members.data.compression == "xz"


@pytest.mark.parametrize("suffix", ["", ".gz", ".xz", ".zst", ".bz2", ".lzma"])
def test_compressions(suffix: str) -> None:
    package = ar(FORMAT, CONTROL, (f"data.tar{suffix}", b""))
    assert deb_members(package).data.compression == suffix.removeprefix(".")


def test_what_deb_tolerates() -> None:
    package = ar(
        ("debian-binary/", b"2.1\nmore\n"), ("_gpgorigin", b"x"), CONTROL, DATA, ("later", b"")
    )
    assert bytes(deb_members(package).data.read(package)) == b"data"


@pytest.mark.parametrize(
    ("package", "problem"),
    [
        (b"", "magic"),
        (b"<html>not found</html>", "magic"),
        (b"!<arch>\n", "debian-binary"),
        (ar(CONTROL, DATA), "debian-binary"),
        (ar(("debian-binary", b"3.0\n"), CONTROL, DATA), "version"),
        (ar(FORMAT, DATA, CONTROL), "expected control.tar and data.tar"),
        (ar(FORMAT, CONTROL), "expected control.tar and data.tar"),
        (ar(FORMAT, CONTROL, DATA, DATA), "twice"),
        (ar(FORMAT, CONTROL, ("data.tar.rar", b"")), "unknown compression"),
        (ar(FORMAT, CONTROL, DATA)[:-2], "cut short: 2 bytes"),
        (ar(FORMAT, CONTROL)[:-30] + b" ", "header"),
    ],
)
def test_what_is_no_package(package: bytes, problem: str) -> None:
    with pytest.raises(DebFormatError, match=problem):
        deb_members(package)


def test_members_are_found_where_they_are() -> None:
    archive = ar(("odd", b"123"), ("even", b"1234"))
    found = [(member.name, bytes(member.read(archive))) for member in ar_members(archive)]
    assert found == [("odd", b"123"), ("even", b"1234")]
