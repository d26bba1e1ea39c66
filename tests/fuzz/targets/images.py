"""Documents of images, from layouts and registries."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

from tests.fuzz.target import Target, corpus
from tests.tools.deb_builder import Entry, make_tar
from tools.action.params import parse_params
from tools.image import layout_image
from tools.image.documents import read_config, read_manifest
from tools.image.validate import find_problems
from tools.inspect.layout_facts import read_layout
from tools.layer.package_database import PackageDatabase
from tools.registry.auth import parse_challenge
from tools.registry.reference import parse_reference

_LAYOUT, _CHALLENGE, _REFERENCE, _STATUS, _INSTALLED = corpus(
    "layout.json", "challenge", "reference", "status", "installed"
)
_LAYER = gzip.compress(make_tar([Entry("var/lib/dpkg/status", _STATUS)]), mtime=0)
_DOCUMENTS = tuple(json.dumps(document).encode() for document in json.loads(_LAYOUT).values())


def _write_layout(content: bytes, directory: Path) -> str:
    """Write the layout of a bundle; digests and sizes that are unchanged are right."""
    try:
        bundle = json.loads(content)
    except (ValueError, RecursionError):
        bundle = None
    blobs = directory / "blobs/sha256"
    blobs.mkdir(parents=True)
    (directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    if not isinstance(bundle, dict):
        (directory / "index.json").write_bytes(content)
        return str(directory)

    def blob(data: bytes, name: str, text: str) -> str:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        size = f'"size": {len(data)}, "digest": "sha256:{digest}"'
        return text.replace(f'"digest": "{name}", "size": 0', size)

    manifest = blob(_LAYER, "LAYER", json.dumps(bundle.get("manifest")))
    manifest = blob(json.dumps(bundle.get("config")).encode(), "CONFIG", manifest)
    index = blob(manifest.encode(), "MANIFEST", json.dumps(bundle.get("index")))
    (directory / "index.json").write_text(index)
    return str(directory)


def _read_layout(content: bytes, directory: Path) -> None:
    for image in read_layout(_write_layout(content, directory)):
        assert image.platform
        assert isinstance(image.environment, dict)
        assert isinstance(image.packages, dict)
        assert image.tree


def _validate(content: bytes, directory: Path) -> None:
    find_problems(_write_layout(content, directory))


def _layout_image(content: bytes, directory: Path) -> None:
    lines = [
        json.dumps({"layout": _write_layout(content, directory / "layout")}),
        json.dumps({"architecture": "arm64"}),
        *(json.dumps({f"out_{kind}": str(directory / kind)}) for kind in
          ("config", "manifest", "image")),
    ]  # fmt: skip
    layout_image.run(parse_params(lines, "params"))


def _manifest(content: bytes, _: Path) -> None:
    read_manifest(content, "application/vnd.oci.image.manifest.v1+json", "registry.example/a")


def _config(content: bytes, _: Path) -> None:
    read_config(content, 1, "registry.example/a: config")


def _dpkg(content: bytes, _: Path) -> None:
    PackageDatabase({
        "var/lib/dpkg/status": content,
        "var/lib/dpkg/info/libx.list": content,
        "var/lib/dpkg/status.d/libx.md5sums": content,
    })  # fmt: skip


def _apk(content: bytes, _: Path) -> None:
    PackageDatabase({"lib/apk/db/installed": content})


TARGETS = (
    Target("layout", _read_layout, (_LAYOUT,), is_json=True),
    Target("layout_image", _layout_image, (_LAYOUT,), is_json=True),
    Target("validate", _validate, (_LAYOUT,), is_json=True),
    Target("manifest", _manifest, _DOCUMENTS, is_json=True),
    Target("config", _config, _DOCUMENTS[2:], is_json=True),
    Target("challenge", lambda content, _: parse_challenge(content.decode("latin-1")),
           (_CHALLENGE,), (b'"', b"\\", b",", b"=")),
    Target("reference", lambda content, _: parse_reference(content.decode("utf-8", "replace")),
           (_REFERENCE,), (b":", b"@", b"/", b"sha256:", b"[::1]")),
    Target("dpkg_database", _dpkg, (_STATUS,), (b"\n\n", b"\n ", b"\nPackage: ")),
    Target("apk_database", _apk, (_INSTALLED,), (b"\n\n", b"\nF:", b"\nR:", b"\nP:", b"\nD:")),
)  # fmt: skip
