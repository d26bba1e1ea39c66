"""Facts of images that another tool has made: the verb, from blobs to layer.json."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.tools.workbench import Failed, Workbench

if TYPE_CHECKING:
    from pathlib import Path

Content = bytes | str | tuple[str, str]
"""A file, the target of a symbolic link, or ("hardlink", target)."""


def status(**versions: str) -> bytes:
    """Return a dpkg status."""
    stanza = "Package: {}\nStatus: install ok installed\nVersion: {}\nArchitecture: amd64\n\n"
    return "".join(stanza.format(*item) for item in versions.items()).encode()


def tar(files: dict[str, Content]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if content == b"device":
                member.type = tarfile.CHRTYPE
                archive.addfile(member)
                continue
            if isinstance(content, bytes):
                member.size, member.mode = len(content), 0o644
                archive.addfile(member, io.BytesIO(content))
                continue
            member.type = tarfile.SYMTYPE if isinstance(content, str) else tarfile.LNKTYPE
            member.linkname = content if isinstance(content, str) else content[1]
            archive.addfile(member)
    return out.getvalue()


class Foreign:
    """An image in the making."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench
        self.directory = workbench.directory / "blobs-of-another-tool"
        self.directory.mkdir()
        self.layers: list[dict[str, Any]] = []
        self.history: list[dict[str, Any]] = []

    def add(self, files: dict[str, Content], *, compressed: bool = True) -> Path:
        """Add a layer; gives the path of its blob."""
        data = tar(files)
        blob = gzip.compress(data, mtime=0) if compressed else data
        digest = hashlib.sha256(blob).hexdigest()
        path = self.directory / digest
        path.write_bytes(blob)
        media_type = "application/vnd.oci.image.layer.v1.tar" + ("+gzip" if compressed else "")
        self.layers.append(
            {"digest": f"sha256:{digest}", "size": len(blob), "mediaType": media_type}
        )
        self.history.append({"created_by": f"step {len(self.layers)}"})
        return path

    def facts(self, *known: str) -> list[dict[str, Any]]:
        """Return what the verb writes of the layers."""
        config, manifest, out = (self.workbench.directory / name for name in ("c", "m", "out"))
        config.write_text(json.dumps({"history": [{"empty_layer": True}, *self.history]}))
        manifest.write_text(json.dumps({"layers": self.layers}))
        self.workbench.run(
            "foreign-layers",
            ("config", str(config)),
            ("manifest", str(manifest)),
            *(("blob", str(path)) for path in sorted(self.directory.iterdir())),
            *(("known", path) for path in known),
            ("out", str(out)),
        )
        layers: list[dict[str, Any]] = json.loads(out.read_text())["layers"]
        return layers


@pytest.fixture
def foreign(workbench: Workbench) -> Foreign:
    return Foreign(workbench)


def names(layer: dict[str, Any]) -> dict[str, str]:
    return {package["name"]: package["version"] for package in layer["packages"]}


def test_packages_are_those_of_the_highest_status(foreign: Foreign) -> None:
    foreign.add({"var/lib/dpkg/status": status(a="1", b="1", c="1")})
    foreign.add({"var/lib/dpkg/status": status(a="1", b="2", d="1")})
    foreign.add({"data": b""}, compressed=False)
    first, second, third = foreign.facts()
    assert names(first) == {"a": "1"}, "c was removed, and b replaced"
    assert names(second) == {"b": "2", "d": "1"}
    assert names(third) == {}
    assert [layer["created_by"] for layer in (first, second, third)] == [
        "step 1", "step 2", "step 3",
    ]  # fmt: skip


def test_a_database_that_is_hidden_counts_for_nothing(foreign: Foreign) -> None:
    foreign.add({"var/lib/dpkg/status": status(a="1"), "usr/bin/a": b""})
    foreign.add({"var/lib/.wh.dpkg": b""})
    assert [names(layer) for layer in foreign.facts()] == [{}, {}]


def test_files_belong_to_packages(foreign: Foreign) -> None:
    foreign.add(
        {
            "var/lib/dpkg/status": status(a="1"),
            "var/lib/dpkg/info/a.list": b"/.\n/usr\n/usr/bin/a\n/bin/b\n",
            "usr/bin/a": b"12345678",
            "usr/bin/b": b"1234",
            "etc/ld.so.cache": b"x",
        }
    )
    (layer,) = foreign.facts()
    origins = {entry["path"]: entry["origin"] for entry in layer["entries"]}
    assert origins["usr/bin/a"] == origins["usr/bin/b"] == "a"
    assert origins["etc/ld.so.cache"] == "step 1"
    sizes = {each["package"]: each["size"] for each in layer["fragments"]}
    assert sizes["a"] == 12
    whole = sum(each["compressed_size"] for each in layer["fragments"])
    assert abs(whole - layer["size"]) <= len(sizes)
    (cache,) = [entry for entry in layer["entries"] if entry["path"] == "etc/ld.so.cache"]
    assert cache["generated"] == "whole", "a layer above may make it again"


def test_entries_have_what_bills_of_materials_ask_for(foreign: Foreign) -> None:
    foreign.add({"usr/bin/x": b"#!/bin/sh\n" + bytes(1 << 20), "big": bytes(1 << 20)})
    (layer,) = foreign.facts()
    script, big = layer["entries"]
    assert script["shebang"] == "/bin/sh"
    assert big["sha1"] == hashlib.sha1(bytes(1 << 20), usedforsecurity=False).hexdigest()
    assert big["sha256"] == hashlib.sha256(bytes(1 << 20)).hexdigest()


def test_what_plinth_made_keeps_its_facts(foreign: Foreign, tmp_path: Path) -> None:
    blob = foreign.add({"a": b""})
    foreign.add({"b": b""})
    known = tmp_path / "known.layer.json"
    facts = {"version": 1, "digest": f"sha256:{blob.name}", "packages": [], "entries": []}
    known.write_text(json.dumps(facts))
    blob.unlink()
    assert foreign.facts(str(known))[0] == facts


def test_a_blob_with_another_content_is_refused(foreign: Foreign) -> None:
    blob = foreign.add({"a": b""}, compressed=False)
    blob.write_bytes(tar({"b": b""}))
    with pytest.raises(Failed, match=f"its content is not that of sha256:{blob.name}"):
        foreign.facts()


def test_a_blob_of_another_size_is_refused(foreign: Foreign) -> None:
    foreign.add({"a": b""})
    foreign.layers[0]["size"] += 1
    with pytest.raises(Failed, match="bytes, but its descriptor says"):
        foreign.facts()


def test_a_blob_that_is_not_at_hand_is_named(foreign: Foreign) -> None:
    blob = foreign.add({"a": b""})
    foreign.add({"b": b""})
    blob.unlink()
    with pytest.raises(Failed, match=f"sha256:{blob.name}: a layer of the manifest that was not"):
        foreign.facts()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"../x": b""}, "a path that climbs out of the tree"),
        ({"/etc/x": b""}, "an absolute path"),
        ({"x": ("hardlink", "../../etc/passwd")}, "a path that climbs out of the tree"),
    ],
)
def test_hostile_layers_are_refused(
    foreign: Foreign, files: dict[str, Content], words: str
) -> None:
    foreign.add(files)
    with pytest.raises(Failed, match=words):
        foreign.facts()


def test_devices_are_taken_as_they_are(foreign: Foreign) -> None:
    foreign.add({"dev/null": b"device", "srv/pipe": b"device"})
    (layer,) = foreign.facts()
    (device,) = layer["entries"]
    assert (device["path"], device["type"]) == ("srv/pipe", "device"), "/dev is the runtime's"


def test_a_hard_link_to_nowhere_is_no_more_than_that(foreign: Foreign) -> None:
    foreign.add({"x": ("hardlink", "nowhere")})
    (layer,) = foreign.facts()
    assert layer["entries"][0]["target"] == "nowhere"
