"""A layer with one entry of each kind, as a puller that knows only the specifications sees it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.tools.deb_builder import Deb, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tools.workbench import Workbench

MEMBER_SIZE = 1000
"""What ``compress.MEMBER_SIZE`` is in tests that use this."""

LONG = bytes(range(256)) * 10  # two members and a half


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@dataclass(frozen=True)
class LazyLayer:
    """One layer, and how it unpacks."""

    blob: bytes
    facts: dict[str, Any]
    unpack: Callable[[bytes], bytes]

    @cached_property
    def tar(self) -> bytes:
        """The archive."""
        return self.unpack(self.blob)

    @cached_property
    def members(self) -> dict[str, tarfile.TarInfo]:
        """Its entries by their names, without those that belong to eStargz."""
        with tarfile.open(fileobj=io.BytesIO(self.tar)) as archive:
            return {
                member.name + "/" * member.isdir(): member
                for member in archive
                if "stargz" not in member.name and "landmark" not in member.name
            }

    def content(self, name: str) -> bytes:
        """Return the content of a file."""
        with tarfile.open(fileobj=io.BytesIO(self.tar)) as archive:
            stream = archive.extractfile(name)
            assert stream
            return stream.read()


def make_layer(
    workbench: Workbench, compression: str, unpack: Callable[[bytes], bytes]
) -> LazyLayer:
    """Two packages and a file with an extended attribute."""
    option = ("compression", {"format": compression})
    entries = (
        Entry("./usr/", mode=0o755),
        Entry("./usr/bin/", mode=0o755),
        Entry("./usr/bin/long", LONG, mode=0o4755),
        Entry("./usr/bin/exact", LONG[:MEMBER_SIZE]),
        Entry("./usr/bin/empty"),
        Entry("./usr/bin/hard", hardlink="./usr/bin/long"),
        Entry("./usr/bin/soft", symlink="long"),
        Entry("./usr/bin/é", b"short", uid=7, gid=8),
    )
    one = workbench.package(Deb(list(entries), name="one", md5sums=False), option)
    two = workbench.package(Deb([Entry("./opt/two", b"2" * 10)], name="two", md5sums=False), option)
    tar = workbench.directory / "attributes.tar"
    with tarfile.open(tar, "w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("usr/bin/ping")
        info.pax_headers = {"SCHILY.xattr.security.capability": "\x01\x00\x00\x02"}
        info.size = 4
        archive.addfile(info, io.BytesIO(b"ping"))
    three = workbench.fragment("tar-fragment", ("tar", str(tar)), option)
    blob, facts = workbench.layer(one, two, three, compression=compression)
    return LazyLayer(blob.read_bytes(), json.loads(facts.read_text()), unpack)


def check_metadata(layer: LazyLayer, table: list[dict[str, Any]]) -> None:
    """Every entry of the archive is in the table, unchanged, and nothing else is."""
    kinds = {
        tarfile.REGTYPE: "reg",
        tarfile.DIRTYPE: "dir",
        tarfile.SYMTYPE: "symlink",
        tarfile.LNKTYPE: "hardlink",
    }
    described = {
        item["name"]: (
            item["type"],
            item["mode"],
            item["uid"],
            item["gid"],
            item.get("linkName", ""),
            item.get("size", 0),
            item["modtime"],
        )
        for item in table
        if item["type"] != "chunk"
    }
    assert described == {
        name: (
            kinds[member.type],
            member.mode,
            member.uid,
            member.gid,
            member.linkname,
            member.size,
            "1970-01-01T00:00:00Z",
        )
        for name, member in layer.members.items()
    }
    (ping,) = [item for item in table if item["name"] == "usr/bin/ping"]
    assert ping["xattrs"] == {"security.capability": "AQAAAg=="}
    for item in table:
        if item.get("size"):
            assert item["digest"] == sha256(layer.content(item["name"]))
