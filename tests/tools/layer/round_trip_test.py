"""Whatever tree an archive holds, the layer made of it holds the same."""

from __future__ import annotations

import io
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.deb_builder import COMPRESSIONS
from tools.action import json_text
from tools.action.program import run_action
from tools.tar.decompress import decompress

Tree = dict[str, tarfile.TarInfo]

# Any name but those that mean something else: merged-usr and whiteouts have tests of their own.
NAME = st.text(
    st.characters(blacklist_characters="/\0\n", blacklist_categories=["Cs"]),
    min_size=1,
    max_size=40,
).filter(lambda text: text not in {".", ".."} and not text.startswith(".wh."))
OWNER = st.integers(0, 2**32 - 2)
KIND = st.sampled_from(["file", "file", "file", "symlink", "hardlink", "directory"])


@st.composite
def archives(draw: Any) -> tuple[bytes, Tree, dict[str, bytes]]:
    """Return a tar archive, and what it holds."""
    tree: Tree = {}
    contents: dict[str, bytes] = {}
    directories = ["top"]
    out = io.BytesIO()
    form = draw(st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for _ in range(draw(st.integers(0, 12))):
            path = f"{draw(st.sampled_from(directories))}/{draw(NAME)}"
            if path in tree:
                continue
            info = tarfile.TarInfo(f"./{path}")
            info.mode = draw(st.integers(0, 0o7777))
            info.uid, info.gid = draw(OWNER), draw(OWNER)
            info.mtime = draw(st.integers(0, 2**31))
            kind = draw(KIND)
            if kind == "directory":
                info.type = tarfile.DIRTYPE
                directories.append(path)
            elif kind == "symlink":
                info.type, info.linkname = tarfile.SYMTYPE, draw(NAME)
            elif kind == "hardlink" and contents:
                target = draw(st.sampled_from(sorted(contents)))
                info.type, info.linkname = tarfile.LNKTYPE, f"./{target}"
            else:
                contents[path] = draw(st.binary(max_size=1500))
                info.size = len(contents[path])
            archive.addfile(info, io.BytesIO(contents.get(path, b"")))
            tree[path] = info
    return out.getvalue(), tree, contents


def layer_of(data: bytes, name: str, compression: str) -> bytes:
    """Return the tar archive of the layer that an archive becomes."""
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        (work / "in.tar").write_bytes(COMPRESSIONS[compression](data))
        option = {"compression": {"format": name}}
        run_verb(
            "tar-fragment",
            {"tar": str(work / "in.tar")},
            {"out_segment": str(work / "segment")},
            {"out_facts": str(work / "facts")},
            option,
        )
        run_verb(
            "layer",
            {"segment": {"segment": str(work / "segment"), "facts": str(work / "facts")}},
            {"out_layer": str(work / "layer")},
            {"out_facts": str(work / "layer.json")},
            option,
        )
        suffix = "gz" if name == "gzip" else "zst"
        return b"".join(decompress(suffix, memoryview((work / "layer").read_bytes())))


def run_verb(verb: str, *params: dict[str, Any]) -> None:
    run_action([verb, *map(json_text.dumps, params)], "params")


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(archives(), st.sampled_from(["gzip", "zstd"]), st.sampled_from(list(COMPRESSIONS)))
def test_round_trip(
    made: tuple[bytes, Tree, dict[str, bytes]], name: str, compression: str
) -> None:
    data, tree, contents = made
    found: Tree = {}
    with tarfile.open(fileobj=io.BytesIO(layer_of(data, name, compression))) as archive:
        for member in archive:
            assert member.name not in found
            found[member.name] = member
            if member.isreg():
                stream = archive.extractfile(member)
                assert stream and stream.read() == contents[member.name]
    parents = {
        path.rsplit("/", depth)[0] for path in tree for depth in range(1, path.count("/") + 1)
    }
    assert found.keys() == tree.keys() | parents
    for path, info in tree.items():
        member = found[path]
        assert (member.type, member.mtime) == (info.type, 0)
        assert member.linkname == info.linkname.removeprefix("./")
        # A second name of a file has the file's own mode and owner.
        itself = tree[info.linkname.removeprefix("./")] if info.islnk() else info
        if not info.issym():  # a symbolic link's mode means nothing
            assert member.mode == itself.mode
        assert (member.uid, member.gid) == (itself.uid, itself.gid)
