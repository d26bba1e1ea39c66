"""Reads the facts of a layer of another tool from its blob."""

from __future__ import annotations

import os

from tools.errors import PlinthError
from tools.layer.content import START, describe_content, worth_reading
from tools.layer.facts import VERSION
from tools.layer.package_database import LARGEST, is_record
from tools.tar import digest
from tools.tar.header import DIRECTORY, FILE, HARDLINK, SYMLINK
from tools.tar.members import read_members
from tools.tar.reader import DEVICES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.layer.facts import Entry, Facts
    from tools.tar.reader import TarEntry

_TYPES = {
    **dict.fromkeys(DEVICES, "device"),
    FILE: "file",
    DIRECTORY: "directory",
    SYMLINK: "symlink",
    HARDLINK: "hardlink",
}


class ForeignLayerError(PlinthError):
    """A layer that does not match its descriptor, or is damaged."""


def read_foreign_layer(
    path: str, described: dict[str, Any], created_by: str
) -> tuple[Facts, dict[str, bytes]]:
    """Read a layer.

    Args:
        path: of the blob.
        described: its descriptor in the manifest.
        created_by: its line in the image's history.

    Returns:
        layer.json, without packages, and its records of package managers, by path.

    Raises:
        PlinthError: the blob is another one, or is damaged.
    """
    origin = created_by or described["digest"]
    records: dict[str, bytes] = {}
    entries: dict[str, Entry] = {}
    for member in read_members(path, described["digest"], described["size"]):
        # The devices that debootstrap makes are never visible: every runtime mounts its own /dev
        # (OCI runtime spec, "Default Devices").
        if member.path and not (member.type in DEVICES and member.path.startswith("dev/")):
            entries[member.path] = {**_entry(member, records), "origin": origin}
    return {
        "version": VERSION,
        "media_type": described.get("mediaType", ""),
        "digest": described["digest"],
        "size": described["size"],
        "uncompressed_size": sum(entry.get("size", 0) for entry in entries.values()),
        "created_by": created_by,
        "foreign": True,
        "packages": [],
        "fragments": [],
        "entries": list(entries.values()),
    }, records


def find_blob(digest_text: str, files: list[str]) -> str | None:
    """Find a blob among files named by their digests and OCI layouts; None if it is not there."""
    algorithm, _, name = digest_text.partition(":")
    for file in files:
        if os.path.basename(file) == name and os.path.isfile(file):
            return file
        inside = os.path.join(file, "blobs", algorithm, name)
        if os.path.isfile(inside):
            return inside
    return None


def _entry(member: TarEntry, records: dict[str, bytes]) -> Entry:
    entry: Entry = {
        "path": member.path,
        "type": _TYPES[member.type],
        "mode": member.mode,
        "uid": member.uid,
        "gid": member.gid,
    }
    if member.attributes:
        entry["xattrs"] = {
            key.decode("utf-8", "replace").removeprefix("SCHILY.xattr."): value.hex()
            for key, value in member.attributes.items()
        }
    if member.type != FILE:
        return {**entry, "target": member.target} if member.target else entry
    is_kept = is_record(member.path)
    if is_kept and member.size > LARGEST:
        raise ForeignLayerError(f"{member.path}: {member.size} bytes, which is no list of packages")
    content, sha1, sha256 = _read(member, is_kept=is_kept)
    entry.update({"size": member.size, "sha1": sha1, "sha256": sha256})
    if is_kept:
        records[member.path] = content
    if worth_reading(member.path, member.size, content[:START]):
        entry.update(describe_content(member.path, content))
    return entry


def _read(member: TarEntry, *, is_kept: bool) -> tuple[bytes, str, str]:
    """Return content, or its start if that is enough, with SHA-1 and SHA-256."""
    sha1, sha256 = digest.sha1(usedforsecurity=False), digest.sha256()
    content = bytearray()
    for piece in member.body():
        sha1.update(piece)
        sha256.update(piece)
        if len(content) >= START and not is_kept:
            is_kept = worth_reading(member.path, member.size, bytes(content[:START]))
            if not is_kept:
                continue
        content += piece
    return bytes(content), sha1.hexdigest(), sha256.hexdigest()
