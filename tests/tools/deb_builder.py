"""Builds small Debian packages for tests, sound ones and hostile ones."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.tar.zstd_frames import ZstdCompressor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "xz": lzma.compress,
    "gz": lambda data: gzip.compress(data, mtime=0),
    "bz2": bz2.compress,
    "zst": lambda data: bytes(ZstdCompressor().compress(bytearray(data), len(data))),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a data archive; a path that ends in a slash is a directory."""

    path: str
    content: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    symlink: str = ""
    hardlink: str = ""
    type: bytes = tarfile.REGTYPE

    def to_tarinfo(self) -> tarfile.TarInfo:
        """Return what ``tarfile`` writes; owner names and times are set, because real ones are."""
        info = tarfile.TarInfo(self.path.rstrip("/"))
        info.type = tarfile.DIRTYPE if self.path.endswith("/") else self.type
        if self.symlink:
            info.type, info.linkname = tarfile.SYMTYPE, self.symlink
        if self.hardlink:
            info.type, info.linkname = tarfile.LNKTYPE, self.hardlink
        info.size = len(self.content)
        info.mode, info.uid, info.gid = self.mode, self.uid, self.gid
        info.uname, info.gname, info.mtime = "builder", "builder", 1_700_000_000
        return info


def make_tar(entries: Iterable[Entry], tar_format: int = tarfile.GNU_FORMAT) -> bytes:
    """Write a tar archive; names are taken as they are."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tar_format) as archive:
        for entry in entries:
            archive.addfile(entry.to_tarinfo(), io.BytesIO(entry.content))
    return out.getvalue()


def make_ar(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Write an ar archive as dpkg-deb does."""
    parts = [b"!<arch>\n"]
    for name, data in members:
        parts.append(f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode())
        parts.append(data + b"\n" * (len(data) % 2))
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Deb:
    """A package to be written.

    ``data`` overrides the archive that ``entries`` would make.
    """

    entries: list[Entry] = field(default_factory=list)
    name: str = "hello"
    version: str = "1.0-1"
    architecture: str = "amd64"
    compression: str = "xz"
    md5sums: bool = True
    scripts: tuple[str, ...] = ()
    script: bytes = b"#!/bin/sh\n"
    control_fields: str = ""
    data: bytes | None = None

    @property
    def control(self) -> bytes:
        """The control file."""
        return (
            f"Package: {self.name}\nVersion: {self.version}\nArchitecture: {self.architecture}\n"
            f"{self.control_fields}"
            "Maintainer: Nobody <nobody@mirror.example>\nDescription: for tests\n of one thing\n"
        ).encode()

    @property
    def facts(self) -> dict[str, str]:
        """What a lock would say."""
        return {"name": self.name, "version": self.version, "architecture": self.architecture}

    def build(self) -> bytes:
        """Return the bytes of the package."""
        control = [Entry("./control", self.control)]
        if self.md5sums:
            control.append(Entry("./md5sums", self._md5sums()))
        control += [Entry(f"./{name}", self.script, 0o755) for name in self.scripts]
        data = make_tar(self.entries) if self.data is None else self.data
        suffix = f".{self.compression}" if self.compression else ""
        return make_ar(
            [
                ("debian-binary", b"2.0\n"),
                ("control.tar.gz", COMPRESSIONS["gz"](make_tar(control))),
                (f"data.tar{suffix}", COMPRESSIONS[self.compression](data)),
            ]
        )

    def write(self, directory: Path) -> str:
        """Write the package into a directory; gives its path."""
        path = directory / f"{self.name}.deb"
        path.write_bytes(self.build())
        return str(path)

    def _md5sums(self) -> bytes:
        lines = [
            f"{hashlib.md5(entry.content).hexdigest()}  {entry.path.removeprefix('./')}\n"  # noqa: S324
            for entry in self.entries
            if entry.to_tarinfo().isreg()
        ]
        return "".join(lines).encode()
