"""Any tar archive becomes a fragment."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.tools.deb_builder import COMPRESSIONS, Entry, make_tar
from tests.tools.workbench import Failed, Workbench

if TYPE_CHECKING:
    from pathlib import Path

TAR = make_tar(
    [
        Entry("./"),
        Entry("srv/", mode=0o750, uid=7),
        Entry("srv/page", b"content", 0o640, uid=7, gid=8),
        Entry("srv/again", hardlink="srv/page"),
        Entry("srv/link", symlink="/etc/page"),
        Entry("lib/libx.so.1", b"x"),
    ]
)


def write(directory: Path, data: bytes) -> tuple[str, str]:
    path = directory / "some.tar"
    path.write_bytes(data)
    return ("tar", str(path))


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_compression_is_recognised(workbench: Workbench, tmp_path: Path, compression: str) -> None:
    plain = workbench.fragment("tar-fragment", write(tmp_path, TAR))
    packed = workbench.fragment("tar-fragment", write(tmp_path, COMPRESSIONS[compression](TAR)))
    assert packed.segment.read_bytes() == plain.segment.read_bytes()


def test_entries_are_taken_as_they_are_but_merged(workbench: Workbench, tmp_path: Path) -> None:
    fragment = workbench.fragment("tar-fragment", write(tmp_path, TAR))
    assert fragment.paths == ["srv", "srv/again", "srv/link", "srv/page", "usr/lib/libx.so.1"]
    page = fragment.entry("srv/page")
    assert (page["mode"], page["uid"], page["gid"]) == (0o640, 7, 8)
    assert fragment.entry("srv")["mode"] == 0o750
    assert fragment.entry("srv/link")["target"] == "/etc/page"
    assert fragment.facts["package"] is None


def test_prefix(workbench: Workbench, tmp_path: Path) -> None:
    fragment = workbench.fragment("tar-fragment", write(tmp_path, TAR), ("prefix", "/opt/it/"))
    assert "opt/it/srv/page" in fragment.paths
    assert "opt/it" in fragment.paths
    assert fragment.entry("opt/it/srv/again")["target"] == "opt/it/srv/page"
    assert "opt/it/lib/libx.so.1" in fragment.paths


def test_policy(workbench: Workbench, tmp_path: Path) -> None:
    rule = ("policy", {"omit": ["srv/*"], "keep": ["srv/again"]})
    fragment = workbench.fragment("tar-fragment", write(tmp_path, TAR), rule)
    assert fragment.content("srv/again") == b"content"
    assert fragment.facts["dropped"]["entries"] == 2


def test_capabilities_are_kept(workbench: Workbench, tmp_path: Path) -> None:
    # VFS_CAP_REVISION_2, cap_net_bind_service; bytes that are no text, as tar(1) writes them.
    value = bytes.fromhex("0100000200040000000000000000000000000000")
    info = Entry("./usr/bin/server", b"program", 0o755).to_tarinfo()
    info.pax_headers = {
        "SCHILY.xattr.security.capability": value.decode("utf-8", "surrogateescape"),
        "SCHILY.xattr.user.note": "hello",
    }
    data = info.tobuf(tarfile.PAX_FORMAT) + b"program".ljust(512, b"\0") + bytes(1024)
    fragment = workbench.fragment("tar-fragment", write(tmp_path, data))
    assert fragment.entry("usr/bin/server")["xattrs"] == {
        "security.capability": value.hex(),
        "user.note": b"hello".hex(),
    }
    (member,) = fragment.members()
    written = member.pax_headers["SCHILY.xattr.security.capability"]
    assert written.encode("utf-8", "surrogateescape") == value
    assert member.pax_headers["SCHILY.xattr.user.note"] == "hello"


def test_a_name_that_is_not_utf8(workbench: Workbench, tmp_path: Path) -> None:
    name = b"usr/share/caf\xe9".decode("utf-8", "surrogateescape")
    fragment = workbench.fragment("tar-fragment", write(tmp_path, make_tar([Entry(name, b"x")])))
    assert fragment.paths == [name]
    blob, _ = workbench.layer(fragment)
    with tarfile.open(blob) as archive:
        assert archive.getnames()[-1].encode("utf-8", "surrogateescape") == b"usr/share/caf\xe9"


def test_what_is_no_archive(workbench: Workbench, tmp_path: Path) -> None:
    for data, message in ((b"", "cannot read"), (b"PK\3\4" * 200, "damaged tar header")):
        with pytest.raises(Failed, match=message):
            workbench.fragment("tar-fragment", write(tmp_path, data))


def test_a_tar_of_nothing(workbench: Workbench, tmp_path: Path) -> None:
    out = io.BytesIO()
    tarfile.open(fileobj=out, mode="w").close()
    assert workbench.fragment("tar-fragment", write(tmp_path, out.getvalue())).paths == []
