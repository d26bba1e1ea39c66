"""The verb ``layout``: an OCI image-layout directory of regular files.

OCI Image Format Specification v1.1, "OCI Image Layout Specification". Regular files, because
registry tools refuse layouts with symbolic links. Blobs are copies, which share their bytes where
the file system can: a hard link would change the times of the file that it is to, and Bazel would
hash every other layout with the same blob again.

Its keys:
    image*              {"config": of ``image``, "manifest": of it, "layers": [the blobs of the
                        topmost layers that the manifest names, lowest first]}
    index?              of ``index``, if there are several
    foreign_blob*?      where the other layers are found: a file named by the hexadecimal digits of
                        its digest, or a layout directory that holds some
    out                 the directory
    ref?                org.opencontainers.image.ref.name, default "latest"
"""

from __future__ import annotations

import os

from tools.action import json_text
from tools.errors import PlinthError
from tools.image.config import INDEX, MANIFEST, canonical, descriptor, platform
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

_KEYS = ("image", "index", "foreign_blob", "out", "ref")
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
    foreign = params.many("foreign_blob")
    directory = os.path.join(out, "blobs", "sha256")
    os.makedirs(directory, exist_ok=True)
    described: dict[str, Any] = {}
    for image in params.many("image"):
        manifest_text, config_text = _read(image["manifest"]), _read(image["config"])
        manifest = json_text.loads(manifest_text.decode())
        own: list[str] = image["layers"]
        for number, item in enumerate(manifest["layers"], len(own) - len(manifest["layers"])):
            blob = own[number] if number >= 0 else find_blob(item["digest"], foreign)
            if blob is None:
                raise PlinthError(f"the manifest names {item['digest']}, which was not given")
            _place(blob, _blob_path(directory, item["digest"]), item["size"])
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


def _place(source: str, target: str, size: int) -> None:
    """Copy a blob of so many bytes to its place."""
    if os.path.lexists(target):
        return
    with open(source, "rb", buffering=0) as reader, open(target, "wb") as writer:
        found = os.fstat(reader.fileno()).st_size
        if found != size:
            raise PlinthError(f"{source}: {found} bytes, but its manifest says {size}")
        try:
            while os.copy_file_range(reader.fileno(), writer.fileno(), _COPY_BYTES):
                pass
        except OSError:
            pass  # not between these file systems
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
