"""Members in all of Debian's compression formats, whole, cut short and damaged."""

from __future__ import annotations

import pytest

from tests.tools.deb_builder import COMPRESSIONS
from tools.tar.decompress import DecompressError, decompress
from tools.tar.shared_library import CompressionError, load_library

CONTENT = b"one member, twice: " * 200
FORMATS = [name for name in COMPRESSIONS if name]


def decoded(compression: str, data: bytes) -> bytes:
    return b"".join(decompress(compression, memoryview(data)))


@pytest.mark.parametrize("compression", FORMATS)
def test_a_whole_member(compression: str) -> None:
    assert decoded(compression, COMPRESSIONS[compression](CONTENT)) == CONTENT


@pytest.mark.parametrize("compression", FORMATS)
def test_a_member_that_is_cut_short(compression: str) -> None:
    with pytest.raises(DecompressError, match=f"^the {compression} stream is cut short$"):
        decoded(compression, COMPRESSIONS[compression](CONTENT)[:-5])


@pytest.mark.parametrize("compression", FORMATS)
def test_a_member_of_another_format(compression: str) -> None:
    with pytest.raises(DecompressError, match=f"^the {compression} stream is damaged: "):
        decoded(compression, b"no member of any format, but long enough for all")


def test_a_library_that_is_not_there() -> None:
    with pytest.raises(CompressionError, match=r"^cannot load libnone\.so\.1: .*\n  .* libnone1$"):
        load_library("libnone.so.1", "libnone1", [])
