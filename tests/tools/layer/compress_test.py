"""Members and frames depend on the content alone, and are what their formats say."""

from __future__ import annotations

import gzip
import itertools
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.layer import compress, gzip_members
from tools.layer.compress import WITH_TOC, MemberWriter, compressor
from tools.tar import zstd_frames
from tools.tar.decompress import decompress
from tools.tar.shared_library import CompressionError

if TYPE_CHECKING:
    from tools.layer.compress import Compressor

FORMATS: dict[str, Compressor] = {name: compressor({"format": name}) for name in ("gzip", "zstd")}
each_format = pytest.mark.parametrize("name", FORMATS)


def written(name: str, pieces: list[bytes], **options: Any) -> tuple[bytes, list[tuple[int, int]]]:
    out = bytearray()
    writer = MemberWriter(compressor({"format": name, **options}), out.extend)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return bytes(out), writer.members


def unpacked(name: str, data: bytes) -> bytes:
    """Decode with what is not ours where the standard library has it."""
    if name == "gzip":
        return gzip.decompress(data) if data else b""
    return b"".join(decompress("zst", memoryview(data)))


@pytest.fixture(autouse=True, scope="module")
def small_members() -> object:
    original, compress.MEMBER_SIZE = compress.MEMBER_SIZE, 1000
    yield
    compress.MEMBER_SIZE = original


@each_format
@given(data=st.binary(max_size=5000), cuts=st.lists(st.integers(0, 5000), max_size=8))
def test_bytes_do_not_depend_on_the_pieces(name: str, data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(places)]
    assert written(name, pieces) == written(name, [data])


@each_format
@given(data=st.lists(st.binary(max_size=2000), min_size=1, max_size=4))
def test_bytes_do_not_depend_on_what_was_compressed_before(name: str, data: list[bytes]) -> None:
    used = compressor({"format": name})
    for item in data:
        again = bytes(used.compress(bytearray(item), len(item)))
    assert again == bytes(compressor({"format": name}).compress(bytearray(item), len(item)))


@each_format
@given(data=st.binary(max_size=5000))
def test_members_are_one_stream(name: str, data: bytes) -> None:
    out, members = written(name, [data])
    assert unpacked(name, out) == data
    assert sum(size for size, _ in members) == len(out)
    assert sum(size for _, size in members) == len(data)


@each_format
@given(data=st.binary(min_size=1, max_size=900))
def test_members_decompress_one_by_one(name: str, data: bytes) -> None:
    out, members = written(name, [data])
    ((size, uncompressed),) = members
    assert bytes(FORMATS[name].decompress(bytearray(out[:size]), uncompressed)) == data


@pytest.mark.parametrize("name", WITH_TOC)
def test_formats_with_contents_are_compressed_as_those_without(name: str) -> None:
    plain = {"estargz": "gzip", "zstd:chunked": "zstd"}[name]
    assert written(name, [b"content"]) == written(plain, [b"content"])
    assert compressor({"format": name}).media_type == FORMATS[plain].media_type


@each_format
def test_a_cut_begins_a_member(name: str) -> None:
    out = bytearray()
    writer = MemberWriter(FORMATS[name], out.extend)
    assert writer.cut() == 0, "nothing was written: there is nothing to cut"
    writer.write(b"a" * 1500)
    assert writer.cut() == 2
    writer.write(b"b")
    writer.close()
    assert [size for _, size in writer.members] == [1000, 500, 1]
    assert unpacked(name, bytes(out)) == b"a" * 1500 + b"b"


def test_a_gzip_header_has_no_time_and_no_name() -> None:
    out, _ = written("gzip", [b"content"])
    assert out[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert out[9] == 255


def test_a_zstd_frame_has_its_size_and_a_checksum() -> None:
    out, _ = written("zstd", [b"content"])
    assert out[:4] == b"\x28\xb5\x2f\xfd"  # RFC 8878, 3.1.1: the magic number
    descriptor = out[4]
    assert descriptor & 0x04, "Content_Checksum_flag"
    assert descriptor & 0x20, "Single_Segment_flag"
    assert out[5] == len(b"content"), "Frame_Content_Size"


@each_format
def test_damage_is_noticed(name: str) -> None:
    out, ((size, uncompressed),) = written(name, [b"content" * 20])
    for place in range(4, size):
        damaged = bytearray(out)
        damaged[place] ^= 0x41
        try:
            same = bytes(FORMATS[name].decompress(damaged, uncompressed)) == b"content" * 20
        except CompressionError:
            continue
        assert same, "damage that changes nothing, such as gzip's time, may pass"


@each_format
def test_a_wrong_size_is_noticed(name: str) -> None:
    out, ((_, uncompressed),) = written(name, [b"content" * 20])
    for size in (uncompressed - 1, uncompressed + 1):
        with pytest.raises(CompressionError):
            FORMATS[name].decompress(bytearray(out), size)


@each_format
def test_about_as_small_as_zlib(name: str) -> None:
    text = b"".join(b"line %d of some text\n" % (number * 7919) for number in range(40))
    out, _ = written(name, [text])
    assert len(out) <= len(zlib.compress(text, 6)) * 1.3


@each_format
def test_level_0_is_the_default(name: str) -> None:
    assert written(name, [b"content"], level=0) == written(name, [b"content"])


@pytest.mark.parametrize(
    "options",
    [
        {"format": "lzma"},
        {"level": -1},
        {"level": 13},
        {"format": "zstd", "level": 20},
        {"format": "zstd", "level": "3"},
    ],
)
def test_unknown_options(options: dict[str, object]) -> None:
    with pytest.raises(CompressionError):
        compressor(options)


@pytest.mark.parametrize("module", [gzip_members, zstd_frames])
def test_without_the_library_there_is_no_other(
    monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    name = module._LIBRARY.partition(".")[0]
    monkeypatch.setattr(module, "_LIBRARY", f"{name}.so.none")
    with pytest.raises(CompressionError, match=f"cannot load {name}"):
        compressor({"format": "zstd" if module is zstd_frames else "gzip"})
