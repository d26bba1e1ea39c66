"""Lays out images as rules_oci does.

python -m tests.rules.oci.make_oci_image OUT --base LAYOUT [TAR …]
python -m tests.rules.oci.make_oci_image OUT --index LAYOUT [LAYOUT …]
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sys
from typing import Any

INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def main(out: str, kind: str, *paths: str) -> None:
    """Write a layout."""
    blobs = os.path.join(out, "blobs", "sha256")
    os.makedirs(blobs)
    if kind == "--index":
        entries = []
        for layout in paths:
            (described,) = _read(layout, "index.json")["manifests"]
            manifest = _blob(layout, described["digest"])
            config = _blob(layout, manifest["config"]["digest"])
            keys = {"os", "architecture", "variant"} & config.keys()
            platform = {key: config[key] for key in sorted(keys)}
            entries.append({**described, "platform": platform})
            shutil.copytree(os.path.join(layout, "blobs/sha256"), blobs, dirs_exist_ok=True)
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
        _finish(out, _write(blobs, index, INDEX))
        return
    base, *tars = paths
    (described,) = _read(base, "index.json")["manifests"]
    manifest = _blob(base, described["digest"])
    config = _blob(base, manifest["config"]["digest"])
    for item in manifest["layers"]:
        name = item["digest"].partition(":")[2]
        _link(os.path.join(base, "blobs/sha256", name), os.path.join(blobs, name))
    for tar in tars:
        with open(tar, "rb") as stream:
            content = stream.read()
        compressed = content.startswith(b"\x1f\x8b")
        name = hashlib.sha256(content).hexdigest()
        _link(tar, os.path.join(blobs, name))
        media_type = LAYER + "+gzip" * compressed
        described = {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(content)}
        manifest["layers"].append(described)
        plain = gzip.decompress(content) if compressed else content
        config["rootfs"]["diff_ids"].append(f"sha256:{hashlib.sha256(plain).hexdigest()}")
        config.setdefault("history", []).append({"created_by": f"bazel build {tar}"})
    manifest["config"] = _write(blobs, config, manifest["config"]["mediaType"])
    _finish(out, _write(blobs, manifest, manifest["mediaType"]))


def _link(source: str, target: str) -> None:
    os.symlink(os.path.relpath(source, os.path.dirname(target)), target)


def _read(layout: str, name: str) -> Any:
    with open(os.path.join(layout, name), encoding="utf-8") as stream:
        return json.load(stream)


def _blob(layout: str, digest: str) -> Any:
    return _read(layout, "blobs/" + digest.replace(":", "/"))


def _write(blobs: str, document: Any, media_type: str) -> dict[str, Any]:
    content = json.dumps(document).encode()
    name = hashlib.sha256(content).hexdigest()
    with open(os.path.join(blobs, name), "wb") as stream:
        stream.write(content)
    return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(content)}


def _finish(out: str, described: dict[str, Any]) -> None:
    for name, document in (
        ("index.json", {"schemaVersion": 2, "manifests": [described]}),
        ("oci-layout", {"imageLayoutVersion": "1.0.0"}),
    ):
        with open(os.path.join(out, name), "w", encoding="utf-8") as stream:
            json.dump(document, stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
