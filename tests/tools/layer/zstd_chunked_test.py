"""zstd:chunked layers are what containers/storage reads, and zstd layers to every other reader."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.layer.crc64_test import bit_by_bit
from tests.tools.layer.lazy_layer import LONG, MEMBER_SIZE, check_metadata, make_layer, sha256
from tests.tools.workbench import Failed
from tools.layer import compress
from tools.tar.decompress import decompress

if TYPE_CHECKING:
    from tests.tools.layer.lazy_layer import LazyLayer
    from tests.tools.workbench import Workbench

PREFIX = "io.github.containers.zstd-chunked."


def unzstd(data: bytes) -> bytes:
    return b"".join(decompress("zst", memoryview(data)))


@pytest.fixture
def layer(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> LazyLayer:
    monkeypatch.setattr(compress, "MEMBER_SIZE", MEMBER_SIZE)
    return make_layer(workbench, "zstd:chunked", unzstd)


def table(layer: LazyLayer) -> dict[str, Any]:
    """Read the table as a puller does: by the annotations."""
    annotations = layer.facts["annotations"]
    offset, size, unpacked_size, kind = map(
        int, annotations[PREFIX + "manifest-position"].split(":")
    )
    packed = layer.blob[offset : offset + size]
    assert sha256(packed) == annotations[PREFIX + "manifest-checksum"]
    text = unzstd(packed)
    assert (len(text), kind) == (unpacked_size, 1)
    result: dict[str, Any] = json.loads(text)
    assert result["version"] == 1
    return result


def split(layer: LazyLayer) -> list[dict[str, Any]]:
    """Read the tar-split."""
    position = layer.facts["annotations"][PREFIX + "tarsplit-position"]
    offset, size, unpacked_size = map(int, position.split(":"))
    packed = layer.blob[offset : offset + size]
    assert table(layer)["tarSplitDigest"] == sha256(packed)
    text = unzstd(packed)
    assert len(text) == unpacked_size
    return [json.loads(line) for line in text.splitlines()]


def test_the_table_says_what_the_archive_holds(layer: LazyLayer) -> None:
    check_metadata(layer, table(layer)["entries"])


def test_each_piece_of_a_file_is_a_frame(layer: LazyLayer) -> None:
    found: dict[str, bytes] = {}
    files: dict[str, list[dict[str, Any]]] = {}
    for item in table(layer)["entries"]:
        if "offset" in item:
            files.setdefault(item["name"], []).append(item)
    for name, pieces in files.items():
        first = pieces[0]
        ends = [piece["offset"] for piece in pieces[1:]] + [first["endOffset"]]
        for piece, end in zip(pieces, ends, strict=True):
            size = piece["chunkSize"] if len(pieces) > 1 else first["size"]
            data = unzstd(layer.blob[piece["offset"] : end])[:size]
            assert piece.get("chunkOffset", 0) == len(found.get(name, b""))
            assert len(pieces) == 1 or piece["chunkDigest"] == sha256(data)
            found[name] = found.get(name, b"") + data
    assert found == {
        name: layer.content(name) for name, member in layer.members.items() if member.size
    }
    assert [item.get("type") for item in files["usr/bin/long"]] == ["reg", "chunk", "chunk"]
    assert found["usr/bin/long"] == LONG


def test_the_archive_can_be_put_together_again(layer: LazyLayer) -> None:
    tar, names = b"", []
    for number, line in enumerate(split(layer)):
        assert line["position"] == number
        if line["type"] == 2:
            tar += b64decode(line["payload"])
            continue
        names.append(line["name"])
        content = layer.content(line["name"]) if line.get("size") else b""
        crc = bit_by_bit(content).to_bytes(8, "big") if content else b""
        assert b64decode(line["payload"] or "") == crc
        tar += content
    assert sha256(tar) == layer.facts["diff_id"]
    assert names == list(layer.members)


def test_every_header_has_a_segment_of_its_own(layer: LazyLayer) -> None:
    kinds = [line["type"] for line in split(layer)]
    assert kinds == [2, 1] * len(layer.members) + [2]


def test_footer(layer: LazyLayer) -> None:
    footer = layer.blob[-64:]
    assert layer.blob[-72:-64] == b"\x50\x2a\x4d\x18\x40\0\0\0", "a skippable frame of 64 bytes"
    numbers = [int.from_bytes(footer[at : at + 8], "little") for at in range(0, 56, 8)]
    annotations = layer.facts["annotations"]
    positions = ":".join(map(str, numbers))
    manifest, tarsplit = (
        annotations[PREFIX + key] for key in ("manifest-position", "tarsplit-position")
    )
    assert positions == f"{manifest}:{tarsplit}"
    assert footer[56:] == b"GNUlInUx"


def test_the_archive_is_that_of_a_zstd_layer(workbench: Workbench) -> None:
    one, two = (make_layer(workbench, name, unzstd) for name in ("zstd:chunked", "zstd"))
    assert one.facts["diff_id"] == two.facts["diff_id"] == sha256(one.tar)
    assert one.facts["media_type"] == two.facts["media_type"]
    assert one.facts["entries"] == two.facts["entries"]
    assert "annotations" not in two.facts


def test_a_name_that_is_not_utf_8(workbench: Workbench) -> None:
    fragment = workbench.fragment(
        "files-fragment",
        ("origin", "//app:files"),
        ("symlink", {"path": "caf\udce9", "target": "x"}),
        ("compression", {"format": "zstd:chunked"}),
    )
    with pytest.raises(Failed, match=r"//app:files: caf\\udce9: a name that is not UTF-8"):
        workbench.layer(fragment, compression="zstd:chunked")
