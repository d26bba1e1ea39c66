"""Members depend on the content alone, and are gzip."""

from __future__ import annotations

import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.layer import compress
from tools.layer.compress import CompressionError, GzipCompressor, MemberWriter, compressor


def written(pieces: list[bytes]) -> tuple[bytes, list[tuple[int, int]]]:
    out = bytearray()
    writer = MemberWriter(GzipCompressor(), out.extend)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return bytes(out), writer.members


@pytest.fixture(autouse=True, scope="module")
def small_members() -> object:
    original, compress.MEMBER_SIZE = compress.MEMBER_SIZE, 1000
    yield
    compress.MEMBER_SIZE = original


@given(st.binary(max_size=5000), st.lists(st.integers(0, 5000), max_size=8))
def test_bytes_do_not_depend_on_the_pieces(data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(places)]
    assert written(pieces) == written([data])


@given(st.binary(max_size=5000))
def test_members_are_one_gzip_stream(data: bytes) -> None:
    out, members = written([data])
    assert (gzip.decompress(out) if out else b"") == data
    assert sum(size for size, _ in members) == len(out)
    assert sum(size for _, size in members) == len(data)


@given(st.binary(min_size=1, max_size=900))
def test_members_decompress_one_by_one(data: bytes) -> None:
    out, members = written([data])
    ((size, uncompressed),) = members
    assert bytes(GzipCompressor().decompress(bytearray(out[:size]), uncompressed)) == data


def test_the_header_has_no_time_and_no_name() -> None:
    out, _ = written([b"content"])
    assert out[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert out[9] == 255


def test_damage_is_noticed() -> None:
    out, ((size, uncompressed),) = written([b"content" * 20])
    damaged = bytearray(out)
    damaged[size - 6] ^= 1
    with pytest.raises(CompressionError, match="damaged"):
        GzipCompressor().decompress(damaged, uncompressed)


def test_about_as_small_as_zlib() -> None:
    text = b"".join(b"line %d of some text\n" % (number * 7919) for number in range(40))
    out, _ = written([text])
    assert len(out) <= len(zlib.compress(text, 6)) + 20


@pytest.mark.parametrize("options", [{"format": "lzma"}, {"level": 0}, {"level": 13}])
def test_unknown_options(options: dict[str, object]) -> None:
    with pytest.raises(CompressionError):
        compressor(options)


def test_without_the_library_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compress, "_LIBRARY", "libdeflate.so.none")
    with pytest.raises(CompressionError, match="cannot load libdeflate"):
        GzipCompressor()
