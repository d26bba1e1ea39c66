"""What the mistakes find on the servers of others: archives, wheels, and what is no image."""

from __future__ import annotations

import functools
import hashlib
import http.server
import io
import json
import re
import tarfile
import threading
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ARTIFACT = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a directory, and the registry that serves them.

    Attributes:
        url: the directory's ``file:`` URL.
        registry: ``HOST:PORT``.
        contents: the files, by name.
    """

    url: str
    registry: str
    contents: Mapping[str, bytes]

    def fill_in(self, text: str) -> str:
        """Replace ``$FILES``, ``$REGISTRY``, ``$SHA256(file)`` and ``$INTEGRITY(file)``."""
        text = text.replace("$FILES", self.url).replace("$REGISTRY", self.registry)
        text = re.sub(r"\$SHA256\(([^)]*)\)", lambda found: self._sha256(found[1]), text)
        return re.sub(r"\$INTEGRITY\(([^)]*)\)", lambda found: self._integrity(found[1]), text)

    def _sha256(self, name: str) -> str:
        return hashlib.sha256(self.contents[name]).hexdigest()

    def _integrity(self, name: str) -> str:
        return "sha512-" + b64encode(hashlib.sha512(self.contents[name]).digest()).decode()


@contextmanager
def serve_files(directory: Path) -> Iterator[Files]:
    """Write the files, and serve them while the context lasts."""
    contents = _contents()
    for name, content in contents.items():
        _write(directory / name, content)
    _write_index(directory, contents)
    for name in ("artifact", "empty.json"):
        digest = hashlib.sha256(contents[name]).hexdigest()
        for kind in ("manifests", "blobs"):
            _write(directory / f"v2/base/{kind}/sha256:{digest}", contents[name])
    handler = functools.partial(_Handler, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Files(directory.as_uri(), f"127.0.0.1:{server.server_address[1]}", contents)
        server.shutdown()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path: object) -> str:
        """Return the media type of a file; manifests are asked for theirs."""
        return _ARTIFACT if "/manifests/" in str(path) else "application/octet-stream"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _contents() -> dict[str, bytes]:
    link = tarfile.TarInfo("BUILD")
    link.type, link.linkname = tarfile.SYMTYPE, "elsewhere"
    empty = b"{}"
    config = {
        "mediaType": "application/vnd.oci.empty.v1+json",
        "digest": f"sha256:{hashlib.sha256(empty).hexdigest()}",
        "size": len(empty),
    }
    artifact = {"schemaVersion": 2, "mediaType": _ARTIFACT, "config": config, "layers": []}
    return {
        "artifact": json.dumps(artifact).encode(),
        "empty.json": empty,
        "tool.tar.gz": _tar("tool-1.0/bin/tool"),
        "escapes.tar.gz": _tar("../../escapes"),
        "aside.tar.gz": _tar("BUILD.aside"),
        "link.tar.gz": _tar("elsewhere", link),
        "npm/bare/-/bare-1.0.0.tgz": _tar("package/index.js"),
        "npm/two/-/two-1.0.0.tgz": _tar("package/index.js", "other/index.js"),
        "source-1.0.tar.gz": _tar("source-1.0/setup.py"),
        **{
            f"{name}-{version}-{tag}.whl": _wheel(name, version, tag)
            for name, version, tag in (
                ("tool", "1.0", "py3-none-any"),
                ("tool", "2.0", "py3-none-any"),
                ("old", "1.0", "cp311-cp311-manylinux_2_17_x86_64"),
                ("apple", "1.0", "cp313-cp313-macosx_11_0_arm64"),
            )
        },
    }


def _tar(*members: str | tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member in members:
            archive.addfile(tarfile.TarInfo(member) if isinstance(member, str) else member)
    return buffer.getvalue()


def _wheel(name: str, version: str, tag: str) -> bytes:
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")
    return buffer.getvalue()


def _write_index(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write the pages of a package index (PEP 503)."""
    pages = {
        "broken": '{"files": "none"}',
        "changed": _link(directory, "changed-1.0-py3-none-any.whl", "00" * 32),
    }
    for name, content in contents.items():
        if name.endswith(".whl") or name.startswith("source-"):
            distribution = name.partition("-")[0]
            link = _link(directory, name, hashlib.sha256(content).hexdigest())
            pages[distribution] = pages.get(distribution, "") + link
    for distribution, page in pages.items():
        _write(directory / "simple" / distribution / "index.html", page.encode())


def _link(directory: Path, name: str, sha256: str) -> str:
    return f'<a href="{directory.as_uri()}/{name}#sha256={sha256}">{name}</a>\n'


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
