"""eStargz layers follow the specification, and are gzip layers to every other reader."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.layer.lazy_layer import LONG, MEMBER_SIZE, check_metadata, make_layer, sha256
from tests.tools.workbench import Failed
from tools.layer import compress

if TYPE_CHECKING:
    from tests.tools.layer.lazy_layer import LazyLayer
    from tests.tools.workbench import Workbench


@pytest.fixture
def layer(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> LazyLayer:
    monkeypatch.setattr(compress, "MEMBER_SIZE", MEMBER_SIZE)
    return make_layer(workbench, "estargz", gzip.decompress)


def member_at(blob: bytes, offset: int) -> bytes:
    """Decompress the one gzip member that begins at an offset."""
    return zlib.decompressobj(wbits=31).decompress(blob[offset:])


def contents(layer: LazyLayer) -> list[dict[str, Any]]:
    """Read the table as a puller does: footer, then table, then its digest."""
    footer = layer.blob[-51:]
    assert footer[:3] == b"\x1f\x8b\x08"
    assert footer[3] == 4, "FEXTRA"
    assert footer[10:12] == b"\x1a\x00", "XLEN"
    assert footer[12:16] == b"SG\x16\x00"
    assert footer[32:38] == b"STARGZ"
    assert gzip.decompress(footer) == b""
    with tarfile.open(fileobj=io.BytesIO(member_at(layer.blob, int(footer[16:32], 16)))) as archive:
        (info,) = archive
        assert info.name == "stargz.index.json"
        stream = archive.extractfile(info)
        assert stream
        text = stream.read()
    assert layer.facts["annotations"]["containerd.io/snapshot/stargz/toc.digest"] == sha256(text)
    table = json.loads(text)
    assert table["version"] == 1
    entries: list[dict[str, Any]] = table["entries"]
    return entries


def test_the_table_says_what_the_archive_holds(layer: LazyLayer) -> None:
    table = contents(layer)
    check_metadata(layer, [item for item in table if item["name"] != ".no.prefetch.landmark"])


def test_each_piece_of_a_file_begins_a_member(layer: LazyLayer) -> None:
    table = contents(layer)
    found: dict[str, bytes] = {}
    sizes = {item["name"]: item["size"] for item in table if item.get("size")}
    for item in table:
        if item["type"] not in {"reg", "chunk"} or "offset" not in item:
            continue
        name, start = item["name"], item.get("chunkOffset", 0)
        # "The last chunk … or reg file that isn't chunked MUST set this property to zero."
        size = item.get("chunkSize") or sizes[name] - start
        piece = member_at(layer.blob, item["offset"])[:size]
        assert item["chunkDigest"] == sha256(piece)
        assert start == len(found.get(name, b""))
        found[name] = found.get(name, b"") + piece
    assert found.pop(".no.prefetch.landmark") == b"\x0f"
    assert found == {
        name: layer.content(name) for name, member in layer.members.items() if member.size
    }
    assert [item["name"] for item in table if item["type"] == "chunk"] == ["usr/bin/long"] * 2
    assert found["usr/bin/long"] == LONG


def test_offsets_rise_and_are_unique(layer: LazyLayer) -> None:
    offsets = [item["offset"] for item in contents(layer) if "offset" in item]
    assert offsets == sorted(set(offsets))


def test_the_table_is_the_last_entry_and_the_footer_the_last_member(layer: LazyLayer) -> None:
    with tarfile.open(fileobj=io.BytesIO(layer.tar)) as archive:
        assert archive.getnames()[-2:] == [".no.prefetch.landmark", "stargz.index.json"]
    assert layer.tar.endswith(bytes(1024))
    assert layer.facts["diff_id"] == sha256(layer.tar)
    assert layer.facts["digest"] == sha256(layer.blob)
    size = layer.facts["annotations"]["io.containers.estargz.uncompressed-size"]
    assert int(size) == len(layer.tar) == layer.facts["uncompressed_size"]


def test_facts_list_what_was_asked_for_only(layer: LazyLayer) -> None:
    paths = [entry["path"] for entry in layer.facts["entries"]]
    assert not [path for path in paths if "stargz" in path or "landmark" in path]


def test_an_empty_layer(workbench: Workbench) -> None:
    blob, facts = workbench.layer(compression="estargz")
    assert b"STARGZ" in blob.read_bytes()[-51:]
    assert json.loads(facts.read_text())["diff_id"] == sha256(gzip.decompress(blob.read_bytes()))


@pytest.mark.parametrize("path", ["stargz.index.json", ".prefetch.landmark"])
def test_a_file_with_a_name_of_the_format(workbench: Workbench, path: str) -> None:
    source = workbench.directory / "file"
    source.write_bytes(b"x")
    fragment = workbench.fragment(
        "files-fragment",
        ("origin", "//app:files"),
        ("file", {"src": str(source), "path": path}),
        ("compression", {"format": "estargz"}),
    )
    with pytest.raises(Failed, match=f"//app:files: {path}: the name of a part of eStargz"):
        workbench.layer(fragment, compression="estargz")


def test_segments_of_another_format(workbench: Workbench) -> None:
    fragment = workbench.fragment("files-fragment", ("origin", "//app:files"))
    with pytest.raises(Failed, match=r"//app:files: .* is not estargz-compressed"):
        workbench.layer(fragment, compression="estargz")
