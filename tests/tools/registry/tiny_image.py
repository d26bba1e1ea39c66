"""Images of a few bytes, described as the rules describe them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tools.registry.publication import Publication, read_publications

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def described(media_type: str, content: bytes) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return {"mediaType": media_type, "digest": digest, "size": len(content)}


class TinyImage:
    """An image whose layers are any bytes: registries do not look into them."""

    def __init__(self, directory: Path, *layers: bytes, architecture: str = "amd64") -> None:
        self.directory = directory
        directory.mkdir(parents=True)
        diff_ids = [described("", layer)["digest"] for layer in layers]
        config = json.dumps(
            {
                "architecture": architecture,
                "os": "linux",
                "config": {},
                "rootfs": {"type": "layers", "diff_ids": diff_ids},
            }
        ).encode()
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": described(CONFIG, config),
                "layers": [described(LAYER, layer) for layer in layers],
            }
        ).encode()
        self.entry = {
            **described(MANIFEST, manifest),
            "platform": {"os": "linux", "architecture": architecture},
        }
        self.digest: str = self.entry["digest"]
        directory.joinpath("config").write_bytes(config)
        directory.joinpath("manifest").write_bytes(manifest)
        for number, layer in enumerate(layers):
            directory.joinpath(str(number)).write_bytes(layer)
        self.files = {
            "manifest": str(directory / "manifest"),
            "config": str(directory / "config"),
            "layers": [str(directory / str(number)) for number in range(len(layers))],
            "foreign_blobs": [],
        }

    def publication(self, repository: str = "", *tags: str, mount_from: str = "") -> Publication:
        """Return the image alone."""
        return publication([self], repository, *tags, index=False, mount_from=mount_from)


def publication(
    images: list[TinyImage],
    repository: str,
    *tags: str,
    index: bool = True,
    mount_from: str = "",
    repositories: tuple[str, ...] = (),
    architecture_tags: bool = False,
) -> Publication:
    """Images, described in a file and read again."""
    directory = images[0].directory
    index_path = None
    if index:
        document = {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [image.entry for image in images],
        }
        index_path = str(directory / "index")
        directory.joinpath("index").write_text(json.dumps(document))
    description = {
        "label": "//:push",
        "repository": repository,
        "tags": tags,
        "architecture_tags": architecture_tags,
        "mount_from": [mount_from] if mount_from else [],
        "repositories": repositories,
        "index": index_path,
        "manifests": [image.files for image in images],
    }
    path = directory / "publication.json"
    path.write_text(json.dumps({"version": 1, "images": [description]}))
    (read,) = read_publications(str(path), "/")
    return read
