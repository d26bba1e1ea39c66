"""The verb ``layout``: an OCI image-layout directory of regular files.

OCI Image Format Specification v1.1, "OCI Image Layout Specification". Regular files, because
registry tools refuse layouts with symbolic links; hard links where the file system allows them.

Its keys:
    config*, manifest*  of each ``image``, in the same order
    index?              of ``index``, if there are several
    layer*?             {"blob": path, "facts": layer.json}
    foreign_blob*?      where layers are found that have no layer.json: a file named by the
                        hexadecimal digits of its digest, or a layout directory that holds some
    out                 the directory
    ref?                org.opencontainers.image.ref.name, default "latest"
"""

from __future__ import annotations

import os

from tools.action import json_text
from tools.errors import PlinthError
from tools.image.config import INDEX, MANIFEST, canonical, descriptor, platform
from tools.layer.facts import read_shared_facts
from tools.layer.foreign_layer import find_blob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.action.params import Params


LAYOUT_FILE = b'{"imageLayoutVersion":"1.0.0"}'
"""The content of the file ``oci-layout``."""

REF_NAME = "org.opencontainers.image.ref.name"

DEFAULT_REF = "latest"
"""Its default value."""

_KEYS = ("config", "manifest", "index", "layer", "foreign_blob", "out", "ref")
_COPY_BYTES = 1 << 20


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: a layer of a manifest was not given, or files cannot be written.
    """
    params.only(_KEYS)
    try:
        _write_layout(params)
    except OSError as error:
        raise PlinthError(f"cannot write the image layout: {error}") from error


def _write_layout(params: Params) -> None:
    out, ref = params.path("out"), params.optional("ref") or DEFAULT_REF
    layers = params.many("layer")
    blobs = {read_shared_facts(layer["facts"])["digest"]: layer["blob"] for layer in layers}
    foreign = params.many("foreign_blob")
    directory = os.path.join(out, "blobs", "sha256")
    os.makedirs(directory, exist_ok=True)
    described: dict[str, Any] = {}
    for manifest_path, config_path in zip(
        params.many("manifest"), params.many("config"), strict=True
    ):
        manifest_text, config_text = _read(manifest_path), _read(config_path)
        manifest = json_text.loads(manifest_text.decode())
        for item in manifest["layers"]:
            blob = blobs.get(item["digest"]) or find_blob(item["digest"], foreign)
            if blob is None:
                raise PlinthError(f"the manifest names {item['digest']}, which was not given")
            _place(blob, _blob_path(directory, item["digest"]))
        described = {
            **descriptor(MANIFEST, manifest_text),
            "platform": platform(json_text.loads(config_text.decode())),
        }
        _write(_blob_path(directory, described["digest"]), manifest_text)
        _write(_blob_path(directory, manifest["config"]["digest"]), config_text)
    index_path = params.optional("index")
    if index_path:
        index_text = _read(index_path)
        described = descriptor(INDEX, index_text)
        _write(_blob_path(directory, described["digest"]), index_text)
    index = {
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [{**described, "annotations": {REF_NAME: ref}}],
    }
    _write(os.path.join(out, "index.json"), canonical(index))
    _write(os.path.join(out, "oci-layout"), LAYOUT_FILE)


def _place(source: str, target: str) -> None:
    """Put a blob in its place: a hard link, else a copy."""
    if os.path.lexists(target):
        return
    real = os.path.realpath(source)  # inputs of a sandbox are symbolic links
    try:
        os.link(real, target)
    except OSError:  # another file system, or a mount that hard links cannot cross
        with open(real, "rb", buffering=0) as reader, open(target, "wb", buffering=0) as writer:
            while piece := reader.read(_COPY_BYTES):
                writer.write(piece)


def _blob_path(directory: str, name: str) -> str:
    return os.path.join(directory, name.partition(":")[2])


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:
        return stream.read()


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)
