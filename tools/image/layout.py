"""The verb ``layout``: an OCI image-layout directory of regular files.

OCI Image Format Specification v1.1, "OCI Image Layout Specification". Regular files, because
registry tools refuse layouts with symbolic links; hard links where the file system allows them.
"""

from __future__ import annotations

import os
import sys

from tools.debian.errors import PlinthError
from tools.image.config import INDEX, MANIFEST, canonical, descriptor, platform
from tools.layer import digest, json_text
from tools.layer.facts import read_facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.layer.params import Params


LAYOUT_FILE = b'{"imageLayoutVersion":"1.0.0"}'
"""The content of the file ``oci-layout``."""

REF_NAME = "org.opencontainers.image.ref.name"

_KEYS = ("config", "manifest", "layer", "blob", "out", "ref", "label", "shown_as")
_COPY_BYTES = 1 << 20


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a layer of the manifest was not given, or files cannot be written.
    """
    params.only(_KEYS)
    try:
        _write_layout(params)
    except OSError as error:
        raise PlinthError(f"cannot write the image layout: {error}") from error


def _write_layout(params: Params) -> None:
    out, ref = params.path("out"), params.optional("ref") or "latest"
    manifest_text, config_text = _read(params.path("manifest")), _read(params.path("config"))
    manifest, config = (
        json_text.loads(manifest_text.decode()),
        json_text.loads(config_text.decode()),
    )
    blobs = {read_facts(item["facts"])["digest"]: item["blob"] for item in params.many("layer")}
    for path in params.many("blob"):
        blobs[_digest_of(path)] = path
    directory = os.path.join(out, "blobs", "sha256")
    os.makedirs(directory, exist_ok=True)
    described = descriptor(MANIFEST, manifest_text)
    for item in manifest["layers"]:
        if item["digest"] not in blobs:
            raise PlinthError(f"the manifest names {item['digest']}, which was not given")
        _place(blobs[item["digest"]], _blob_path(directory, item["digest"]))
    _write(_blob_path(directory, described["digest"]), manifest_text)
    _write(_blob_path(directory, manifest["config"]["digest"]), config_text)
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [{**described, "platform": platform(config), "annotations": {REF_NAME: ref}}],
    }
    _write(os.path.join(out, "index.json"), canonical(index))
    _write(os.path.join(out, "oci-layout"), LAYOUT_FILE)
    shown = params.optional("shown_as") or out
    _report(params.optional("label") or shown, shown, ref, described["digest"], manifest)


def _report(label: str, layout: str, ref: str, image: str, manifest: dict[str, Any]) -> None:
    size = sum(layer["size"] for layer in manifest["layers"])
    count = len(manifest["layers"])
    print(
        f"{label}: {count} layer{'s' * (count != 1)}, {size / 1e6:.1f} MB compressed, {image}\n"
        f"  lies in {layout}; run it with: podman run --rm oci:{layout}:{ref}",
        file=sys.stderr,
    )


def _place(source: str, target: str) -> None:
    """Give a blob its place: another name of the same file, else a copy."""
    if os.path.lexists(target):
        return
    real = os.path.realpath(source)  # inputs of a sandbox are symbolic links
    try:
        os.link(real, target)
    except OSError:  # another file system, or a mount that hard links cannot cross
        with open(real, "rb", buffering=0) as reader, open(target, "wb", buffering=0) as writer:
            while piece := reader.read(_COPY_BYTES):
                writer.write(piece)


def _digest_of(path: str) -> str:
    sha256 = digest.sha256()
    with open(path, "rb", buffering=0) as stream:
        while piece := stream.read(_COPY_BYTES):
            sha256.update(piece)
    return f"sha256:{sha256.hexdigest()}"


def _blob_path(directory: str, name: str) -> str:
    return os.path.join(directory, name.partition(":")[2])


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)
