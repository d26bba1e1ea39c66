"""Layers of real packages hold what ``dpkg-deb -x`` unpacks, for hundreds of packages.

The packages are those of the host's own archive: any Debian or Ubuntu will do.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tools.action import json_text
from tools.action.program import run_action
from tools.debian.control import parse_paragraph
from tools.debian.deb import deb_members
from tools.layer.merged_usr import ALIASES, merge_usr
from tools.tar.decompress import decompress

ENOUGH = 300
NUMBER = 330
"""How many are drawn; some may not be downloadable at the moment."""

LARGEST = 1_500_000
NOTABLE = (
    "base-files", "coreutils", "git", "iputils-ping", "libc-bin", "libc6", "locales", "man-db",
    "passwd", "perl-base", "python3-minimal", "tzdata", "util-linux",
)  # fmt: skip
"""Always among them: hard links, setuid programs, odd modes and owners, many links."""

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("dpkg-deb", "apt-get", "apt-cache"))),
    reason="the oracle is dpkg-deb, and apt-get fetches the packages",
)


@dataclass(frozen=True, slots=True)
class Node:
    """What two trees must agree on. Owners are left out when they cannot be unpacked."""

    kind: str
    mode: int
    content: str
    owner: tuple[int, int] | None


def drawn() -> list[str]:
    """Names of packages, always the same ones of one archive."""
    available = subprocess.run(
        ["apt-cache", "dumpavail"], capture_output=True, text=True, check=True
    ).stdout
    names = set()
    for stanza in available.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line[:30])
        if int(fields.get("Size", LARGEST)) < LARGEST:
            names.add(fields["Package"])
    if not names:
        pytest.skip("apt knows no packages: run apt-get update")
    chosen = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:NUMBER]
    return sorted({*chosen, *NOTABLE})


def fetch(directory: Path) -> list[Path]:
    names = drawn()
    for start in range(0, len(names), 30):
        subprocess.run(
            ["apt-get", "download", "-q", *names[start : start + 30]],
            cwd=directory,
            capture_output=True,
            check=False,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    return sorted(directory.glob("*.deb"))


def unpacked(deb: Path, root: Path) -> dict[str, Node]:
    """Return the tree as dpkg-deb unpacks it, under its merged-usr names."""
    subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
    tree = {}
    for folder, directories, files in os.walk(root):
        for name in (*directories, *files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            place = os.path.relpath(path, root)
            if place in ALIASES and stat.S_ISDIR(status.st_mode):
                place = f"usr/{place}"
            tree[merge_usr(place)] = _node(path, status)
    return tree


def _node(path: str, status: os.stat_result) -> Node:
    owner = (status.st_uid, status.st_gid) if os.getuid() == 0 else None
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Node("symlink", 0, os.readlink(path), owner)
    if stat.S_ISDIR(status.st_mode):
        return Node("directory", mode, "", owner)
    return Node("file", mode, hashlib.sha256(Path(path).read_bytes()).hexdigest(), owner)


def layered(deb: Path, work: Path) -> dict[str, Node]:
    """Return the tree of a layer of this package alone, as a tar tool reads it."""
    data = memoryview(deb.read_bytes())
    control = deb_members(data).control
    text = b"".join(decompress(control.compression, control.read(data)))
    with tarfile.open(fileobj=io.BytesIO(text)) as archive:
        stream = archive.extractfile("./control")
        assert stream
        paragraph = parse_paragraph(stream.read())
    package = {
        "name": paragraph.get("Package"),
        "version": paragraph.get("Version"),
        "architecture": paragraph.get("Architecture"),
    }
    segment, facts, blob = (str(work / name) for name in ("segment", "facts", "layer"))
    _run("package-fragment", deb=str(deb), package=package,
         policy={}, out_segment=segment, out_facts=facts)  # fmt: skip
    _run("layer", segment={"segment": segment, "facts": facts}, out_layer=blob,
         out_facts=str(work / "layer.json"))  # fmt: skip
    tree: dict[str, Node] = {}
    with tarfile.open(blob) as archive:
        for member in archive:
            owner = (member.uid, member.gid) if os.getuid() == 0 else None
            if member.isdir():
                node = Node("directory", member.mode, "", owner)
            elif member.issym():
                node = Node("symlink", 0, member.linkname, owner)
            elif member.islnk():
                node = tree[member.linkname]
            else:
                stream = archive.extractfile(member)
                assert stream
                content = hashlib.sha256(stream.read()).hexdigest()
                node = Node("file", member.mode, content, owner)
            tree[member.name] = node
    return tree


def _run(verb: str, **params: Any) -> None:
    lines = [json_text.dumps({key: value}) for key, value in params.items()]
    run_action([verb, *lines], "params")


def test_layers_hold_what_dpkg_deb_unpacks(tmp_path: Path) -> None:
    os.umask(0o022)
    packages = fetch(tmp_path)
    assert len(packages) >= ENOUGH, "too few packages could be downloaded"
    for deb in packages:
        work = tmp_path / "work"
        work.mkdir()
        expected, found = unpacked(deb, work / "root"), layered(deb, work)
        found = {
            path: node
            for path, node in found.items()
            if not f"{path}/".startswith("var/lib/dpkg/status.d/")
            and (path in expected or path not in {"var", "var/lib", "var/lib/dpkg"})
        }
        assert found == expected, deb.name
        shutil.rmtree(work)
