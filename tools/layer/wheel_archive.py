"""Reads a wheel: its files, the place of its metadata, and its RECORD.

Binary Distribution Format, PEP 427. A wheel that two programs could read in two ways is refused:
names twice, files that are directories too, links, bytes between its files.
"""

from __future__ import annotations

import stat
from binascii import b2a_base64

from tools.layer.zip_reader import ZipError, read_zip
from tools.tar import digest
from tools.tar.reader import clean_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from tools.layer.zip_reader import ZipEntry

LARGEST_METADATA = 64 << 20
"""The most bytes of a file of the metadata."""

# PyPA, "Recording installed projects": algorithms that hashlib always has, at least as strong as
# SHA-256.
_HASHES: Mapping[str, Callable[[], Any]] = {
    "sha256": digest.sha256,
    "sha384": digest.sha384,
    "sha512": digest.sha512,
}


def read_wheel(archive: memoryview) -> dict[str, ZipEntry]:
    """Return the files of a wheel by their paths.

    Raises:
        PlinthError: it is damaged or ambiguous, or has a path that leads out of it.
    """
    files: dict[str, ZipEntry] = {}
    directories: set[str] = set()
    for entry in read_zip(archive, gaps=False):
        path = clean_path(entry.name.encode("utf-8", "surrogateescape"))
        kind = stat.S_IFMT(entry.mode)
        if entry.name.endswith("/"):
            if entry.size or kind not in {0, stat.S_IFDIR}:
                raise ZipError(f"{path}: a directory that is a file too")
            directories.add(path)
        elif kind not in {0, stat.S_IFREG}:
            raise ZipError(f"{path}: a link or a device, which no wheel may have")
        elif path in files:
            raise ZipError(f"{path}: is there twice")
        else:
            files[path] = entry
    directories.update(path[:at] for path in files for at in _slashes(path))
    for path in files:
        if path in directories:
            raise ZipError(f"{path}: a file and a directory")
    return files


def dist_info(files: Mapping[str, ZipEntry]) -> str:
    """Return the name of the directory of the metadata.

    Raises:
        ZipError: there is none, or several.
    """
    names = {name.partition("/")[0] for name in files}
    found = [name for name in names if name.endswith(".dist-info")]
    if len(found) != 1 or f"{found[0]}/WHEEL" not in files:
        raise ZipError("not a wheel: it has no single .dist-info with a WHEEL file")
    return found[0]


def read_record(files: Mapping[str, ZipEntry], info: str) -> dict[str, str]:
    """Return hashes by path, ``ALGORITHM=VALUE``; empty if there is none, or only a weak one.

    RECORD is CSV; only its first field, the path, may be quoted.

    Raises:
        ZipError: there is none, or it is not UTF-8, or has two hashes of a file.
    """
    entry = files.get(f"{info}/RECORD")
    if entry is None:
        raise ZipError("not a wheel: it has no RECORD")
    try:
        text = entry.read(LARGEST_METADATA).decode()
    except UnicodeDecodeError as error:
        raise ZipError(f"{entry.name}: is not UTF-8") from error
    record: dict[str, str] = {}
    for line in text.split("\n"):
        name, _, _ = line.rstrip("\r").rpartition(",")
        name, _, hashed = name.rpartition(",")
        if name.startswith('"'):
            name = name[1:-1].replace('""', '"')
        if hashed.partition("=")[0] not in _HASHES:
            hashed = ""
        if record.setdefault(name, hashed) != hashed:
            raise ZipError(f"{entry.name}: has two hashes of {name}")
    return record


def hasher(hashed: str) -> Any:
    """Return the algorithm of a hash; SHA-256 if there is none."""
    return _HASHES[hashed.partition("=")[0] or "sha256"]()


def record_hash(name: str, value: bytes) -> str:
    """Return a hash in the form of RECORD: URL-safe base64 without padding."""
    text = b2a_base64(value, newline=False).decode().rstrip("=")
    return f"{name}=" + text.replace("+", "-").replace("/", "_")


def _slashes(path: str) -> list[int]:
    return [at for at, character in enumerate(path) if character == "/"]
