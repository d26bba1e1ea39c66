"""The control archives of a suite, of which only the first bytes of each package are fetched.

For measuring, not for building: the start of a package cannot be checked by its hash. What was
fetched is kept, by the hash that the index has of the whole package. A package whose scripts read
its files is fetched whole, unless it is large, and those files are kept.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import lzma
import os
import tarfile
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.debian.deb import ArMember, deb_members
from tools.fetch.cache import cache_directory
from tools.fetch.mirror import base_urls

_CONNECTIONS = 4
_HEAD = 16 << 10
_LARGEST = 4 << 20
# Of these sections all packages are looked at, of the others one in _ONE_IN: libraries and
# modules of one language have scripts seldom, and then all the same.
_SECTIONS_TEXT = """
    admin comm database editors httpd interpreters mail misc net news php shells tex text utils
    vcs web x11
"""
_SECTIONS = frozenset(_SECTIONS_TEXT.split())
_ONE_IN = 6


@dataclass(frozen=True, slots=True)
class Package:
    """A package of an index.

    Attributes:
        name: of the package.
        version: of the package.
        architecture: as the index says it.
        path: in the mirror.
        sha256: of the whole package.
        size: likewise, in bytes.
    """

    name: str
    version: str
    architecture: str
    path: str
    sha256: str
    size: int


class ControlArchives:
    """The control archives of one suite, by way of a mirror."""

    def __init__(self, suite: str, architecture: str) -> None:
        self._base = base_urls("debian", configured=(), stamp=None, environment=os.environ)[0]
        self._index = f"{self._base}/dists/{suite}/main/binary-{architecture}/Packages.xz"
        self._kept = os.path.join(os.path.dirname(cache_directory(os.environ)), "control")
        self._connections = threading.local()

    def packages(self) -> list[Package]:
        """Return the packages that are worth looking at, in the order of the index."""
        with urllib.request.urlopen(self._index) as answer:
            text = lzma.decompress(answer.read()).decode()
        found = []
        for stanza in text.split("\n\n"):
            fields = dict(
                line.split(": ", 1)
                for line in stanza.splitlines()
                if ": " in line and not line.startswith(" ")
            )
            if fields and _wanted(fields):
                package = Package(
                    name=fields["Package"],
                    version=fields["Version"],
                    architecture=fields["Architecture"],
                    path=fields["Filename"],
                    sha256=fields["SHA256"],
                    size=int(fields["Size"]),
                )
                found.append(package)
        return found

    def read(self, packages: list[Package]) -> Iterator[tuple[Package, Mapping[str, bytes]]]:
        """Yield the control files of each package."""
        os.makedirs(self._kept, exist_ok=True)
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            for package, member in zip(packages, pool.map(self._member, packages), strict=True):
                yield package, _files(member)

    def files(self, package: Package, wanted: set[str]) -> tuple[dict[str, str], dict[str, bytes]]:
        """Return what the paths of a package are, and the content of some of them."""
        path = os.path.join(self._kept, f"{package.sha256}.files")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                kept = json.load(file)
            if wanted <= set(kept["asked"]):
                found = {name: text.encode("latin-1") for name, text in kept["contents"].items()}
                return kept["kinds"], found
        kinds: dict[str, str] = {}
        contents: dict[str, bytes] = {}
        if package.size <= _LARGEST:
            deb = self._get(f"{self._base}/{package.path}", 0, package.size)
            kinds, contents = _unpacked(deb, wanted)
        texts = {name: data.decode("latin-1") for name, data in contents.items()}
        text = json.dumps({"asked": sorted(wanted), "kinds": kinds, "contents": texts})
        _write(path, text.encode())
        return kinds, contents

    def _member(self, package: Package) -> bytes:
        path = os.path.join(self._kept, package.sha256)
        if os.path.exists(path):
            with open(path, "rb") as file:
                return file.read()
        url = f"{self._base}/{package.path}"
        head = self._get(url, 0, _HEAD)
        control = _control_member(head)
        data = head[control.offset : control.offset + control.size]
        if len(data) < control.size:
            data += self._get(url, len(head), control.offset + control.size - len(head))
        _write(path, data)
        return data

    def _get(self, url: str, start: int, size: int) -> bytes:
        """Return some bytes of a file, over a connection that is kept open."""
        parts = urllib.parse.urlsplit(url)
        for last in (False, True):
            connection = getattr(self._connections, "value", None)
            if connection is None:
                kind = http.client.HTTPSConnection
                if parts.scheme == "http":
                    kind = http.client.HTTPConnection  # type: ignore[assignment]
                connection = self._connections.value = kind(parts.netloc, timeout=60)
            try:
                connection.request(
                    "GET", parts.path, headers={"Range": f"bytes={start}-{start + size - 1}"}
                )
                answer = connection.getresponse()
                body: bytes = answer.read()
            except (OSError, http.client.HTTPException):
                self._connections.value = None
                if last:
                    raise
                continue
            if answer.status not in {200, 206}:
                raise OSError(f"{url}: HTTP {answer.status}")
            return body
        raise AssertionError


def _wanted(fields: Mapping[str, str]) -> bool:
    section = fields.get("Section", "").rpartition("/")[2]
    number = int(hashlib.sha256(fields["Package"].encode()).hexdigest()[:8], 16)
    return section in _SECTIONS or number % _ONE_IN == 0


def _control_member(head: bytes) -> ArMember:
    """Return where the second member of a package is; deb(5) puts the control archive there."""
    version_size = int(head[56:66])
    start = 8 + 60 + version_size + version_size % 2
    name = head[start : start + 16].decode().rstrip(" /")
    return ArMember(name, start + 60, int(head[start + 48 : start + 58]))


def _files(member: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(member)) as archive:
        found = {}
        for entry in archive:
            stream = archive.extractfile(entry) if entry.isfile() else None
            if stream:
                found[entry.name.removeprefix("./")] = stream.read()
        return found


def _write(path: str, data: bytes) -> None:
    """Write a file that appears whole or not at all."""
    unfinished = f"{path}.{os.getpid()}.{threading.get_ident()}"
    with open(unfinished, "wb") as out:
        out.write(data)
    os.replace(unfinished, path)


def _unpacked(deb: bytes, wanted: set[str]) -> tuple[dict[str, str], dict[str, bytes]]:
    kinds: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    stream = io.BytesIO(deb_members(deb).data.read(deb))
    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for entry in archive:
            path = "/" + entry.name.removeprefix("./").strip("/")
            kinds[path] = "executable" if entry.mode & 0o111 else "file"
            if entry.isdir() or entry.issym():
                kinds[path] = "directory" if entry.isdir() else "symlink"
            body = archive.extractfile(entry) if path in wanted and entry.isreg() else None
            if body:
                contents[path] = body.read()
    return kinds, contents
