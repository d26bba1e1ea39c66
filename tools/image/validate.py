"""The verb ``validate``: checks that a directory is an OCI image layout.

OCI Image Format Specification v1.1: "Image Layout", "Content Descriptors", "Image Index", "Image
Manifest", "Image Configuration", "Filesystem Layers". Reads the whole layout, blobs included, with
the standard library (which has no zstd) and without the code that writes images, so that it is
independent.

Its keys:
    layout              the directory
    out?                JSON report
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib

from tools.errors import PlinthError
from tools.grammar.fields import shown
from tools.tar.decompress import decompress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from tools.action.params import Params

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    _LAYER: lambda blob: iter([blob]),
    _LAYER + "+gzip": lambda blob: _pieces(gzip.GzipFile(fileobj=io.BytesIO(blob))),
    _LAYER + "+zstd": lambda blob: decompress("zst", memoryview(blob)),
}
_PIECE = 1 << 20
_MOST_BYTES = 16 << 30  # of an unpacked layer
_MOST_PROBLEMS = 100
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REF_NAME = re.compile(r"[A-Za-z0-9]+(?:[-._:@/+]+[A-Za-z0-9]+|--[A-Za-z0-9]+)*")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_PORT = re.compile(r"\d{1,5}(/(tcp|udp))?")
_LISTS = ("Entrypoint", "Cmd", "Env")
_SETS = ("ExposedPorts", "Volumes")


class ValidationError(PlinthError):
    """A layout breaks the specification.

    Attributes:
        problems: every violated rule, and where.
    """

    def __init__(self, layout: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join([f"{layout} is no valid OCI image layout:", *problems]))


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        ValidationError: the layout is not valid.
    """
    params.only(("layout", "out"))
    layout = params.path("layout")
    problems = find_problems(layout)
    if params.optional("out"):
        with open(params.path("out"), "w", encoding="utf-8") as out:
            json.dump({"layout": layout, "problems": problems}, out, indent=1)
    if problems:
        raise ValidationError(layout, problems)


def find_problems(layout: str) -> list[str]:
    """Check a layout directory; return one line for each violated rule, none for a valid image."""
    check = _Check(layout)
    check.layout()
    return check.problems


class _Check:
    """One run over a layout; collects problems instead of stopping at the first."""

    def __init__(self, layout: str) -> None:
        self._layout = layout
        self._seen: set[str] = set()
        self.problems: list[str] = []

    def layout(self) -> None:
        marker = self._json("oci-layout", self._read("oci-layout"))
        self._expect(marker.get("imageLayoutVersion") == "1.0.0", "oci-layout: wrong version")
        # The spec is silent here, but registry tools refuse to follow links out of a layout.
        for root, directories, files in os.walk(self._layout):
            for name in directories + files:
                if os.path.islink(os.path.join(root, name)):
                    self._expect(False, f"{name}: a symbolic link")
        self._index("index.json", self._read("index.json"))

    def _index(self, where: str, content: bytes | None) -> None:
        index = self._json(where, content)
        self._expect(index.get("schemaVersion") == 2, f"{where}: schemaVersion is not 2")
        self._expect(index.get("mediaType", _INDEX) == _INDEX, f"{where}: wrong mediaType")
        for item in self._objects(index, "manifests", where):
            annotations = self._object(item, "annotations", where)
            name = annotations.get("org.opencontainers.image.ref.name")
            good = name is None or (isinstance(name, str) and _REF_NAME.fullmatch(name))
            self._expect(good, f"{where}: bad ref {shown(name)}")
            blob = self._blob(item, where)
            if blob is None or item["digest"] in self._seen:
                continue
            self._seen.add(item["digest"])
            if item.get("mediaType") == _INDEX:
                self._index(item["digest"], blob)
            elif item.get("mediaType") == _MANIFEST:
                self._manifest(item, blob)
            else:
                self._expect(False, f"{where}: unknown media type {shown(item.get('mediaType'))}")
        self._expect(bool(index.get("manifests")), f"{where}: no manifests")

    def _manifest(self, item: dict[str, Any], content: bytes) -> None:
        where = item["digest"]
        manifest = self._json(where, content)
        self._expect(manifest.get("schemaVersion") == 2, f"{where}: schemaVersion is not 2")
        self._expect(manifest.get("mediaType") == _MANIFEST, f"{where}: wrong mediaType")
        annotations = manifest.get("annotations", {})
        self._expect(_is_text_map(annotations), f"{where}: annotations are not text")
        described = self._object(manifest, "config", where)
        self._expect(described.get("mediaType") == _CONFIG, f"{where}: wrong media type of config")
        blob = self._blob(described, where)
        config = self._json(f"{where}: config", blob) if blob is not None else {}
        self._config(f"{where}: config", config)
        platform = self._object(item, "platform", where)
        for key in ("architecture", "os", "variant"):
            given = platform.get(key, config.get(key))
            self._expect(given == config.get(key), f"{where}: platform {key} is not the config's")
        diff_ids = self._list(self._object(config, "rootfs", where), "diff_ids", where)
        layers = self._objects(manifest, "layers", where)
        self._expect(len(diff_ids) == len(layers), f"{where}: {len(layers)} layers, "
                     f"{len(diff_ids)} diff_ids")  # fmt: skip
        for layer, diff_id in zip(layers, diff_ids, strict=False):
            self._layer(layer, diff_id, where)

    def _config(self, where: str, config: dict[str, Any]) -> None:
        for key in ("architecture", "os"):
            self._expect(isinstance(config.get(key), str), f"{where}: no {key}")
        rootfs = self._object(config, "rootfs", where)
        self._expect(rootfs.get("type") == "layers", f"{where}: rootfs.type is not layers")
        history = self._objects(config, "history", where)
        for date in [config.get("created"), *(item.get("created") for item in history)]:
            good = date is None or (isinstance(date, str) and _RFC3339.fullmatch(date))
            self._expect(good, f"{where}: {shown(date)} is not an RFC 3339 date")
        made = [item for item in history if not item.get("empty_layer")]
        layers = len(self._list(rootfs, "diff_ids", where))
        good = not history or len(made) == layers
        self._expect(good, f"{where}: {len(made)} layers in the history, {layers} in rootfs")
        self._run_config(where, self._object(config, "config", where))

    def _run_config(self, where: str, config: dict[str, Any]) -> None:
        for key in _LISTS:
            good = all(isinstance(item, str) for item in self._list(config, key, where))
            self._expect(good, f"{where}: {key} is not a list of texts")
        environment = [item for item in self._list(config, "Env", where) if isinstance(item, str)]
        for item in environment:
            self._expect("=" in item[1:], f"{where}: Env: {shown(item)} is not NAME=VALUE")
        names = [item.partition("=")[0] for item in environment]
        self._expect(len(names) == len(set(names)), f"{where}: Env names a variable twice")
        for key in _SETS:
            good = all(item == {} for item in self._object(config, key, where).values())
            self._expect(good, f"{where}: {key} is not an object of empty objects")
        for port in self._object(config, "ExposedPorts", where):
            self._expect(_PORT.fullmatch(port), f"{where}: ExposedPorts: {shown(port)}")
        directory = config.get("WorkingDir")
        good = directory is None or (isinstance(directory, str) and directory[:1] in {"", "/"})
        self._expect(good, f"{where}: WorkingDir is not absolute")
        self._expect(_is_text_map(config.get("Labels") or {}), f"{where}: Labels are not text")

    def _layer(self, item: dict[str, Any], diff_id: object, where: str) -> None:
        blob = self._blob(item, where)
        if blob is None:
            return
        digest, kind = item["digest"], item.get("mediaType")
        if not isinstance(kind, str) or kind not in _DECODERS:
            self._expect(False, f"{digest}: cannot read {shown(kind)}")
            return
        tar = _Layer(_DECODERS[kind](blob))
        try:
            self._tar(digest, tar)
            tar.drain()
        except (OSError, EOFError, zlib.error, PlinthError) as error:
            self._expect(False, f"{digest}: damaged {kind.rpartition('+')[2]}: {error}")
            return
        found = f"sha256:{tar.sha256.hexdigest()}"
        self._expect(found == diff_id, f"{digest}: unpacks to {found}, not {shown(diff_id)}")
        self._expect(tar.size % 512 == 0, f"{digest}: tar is not of whole blocks")
        self._expect(tar.tail.count(0) == 1024, f"{digest}: tar without an end")

    def _tar(self, where: str, tar: _Layer) -> None:
        names: set[str] = set()
        try:
            with tarfile.open(fileobj=tar, mode="r|") as archive:
                while (member := archive.next()) is not None:
                    archive.members = []  # type: ignore[attr-defined]  # it would keep all
                    name = member.name.rstrip("/")
                    climbs = name.startswith("/") or ".." in name.split("/")
                    self._expect(not climbs, f"{where}: {shown(name)} leads out of the tree")
                    self._expect(name not in names, f"{where}: {shown(name)} is there twice")
                    if member.islnk():
                        good = member.linkname in names
                        self._expect(
                            good, f"{where}: {shown(name)} is a hard link to nothing before it"
                        )
                    names.add(name)
        except tarfile.TarError as error:
            self._expect(False, f"{where}: damaged tar: {error}")

    def _blob(self, item: dict[str, Any], where: str) -> bytes | None:
        """Read the blob of a descriptor; None if it is not there."""
        digest, size = item.get("digest"), item.get("size")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            self._expect(False, f"{where}: {shown(digest)} is not a sha256 digest")
            return None
        self._expect(isinstance(item.get("mediaType"), str), f"{where}: {digest} has no mediaType")
        content = self._read(f"blobs/sha256/{digest.partition(':')[2]}")
        if content is None:
            return None
        self._expect(
            len(content) == size, f"{digest}: {len(content)} bytes, described as {shown(size)}"
        )
        found = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self._expect(digest == found, f"{digest}: its content is {found}")
        return content if digest == found else None

    def _read(self, name: str) -> bytes | None:
        try:
            with open(os.path.join(self._layout, name), "rb") as stream:
                return stream.read()
        except OSError as error:
            self._expect(False, f"{name}: {error.strerror}")
            return None

    def _json(self, where: str, content: bytes | None) -> dict[str, Any]:
        if content is None:
            return {}
        try:
            value = json.loads(content)
        except (ValueError, RecursionError) as error:
            self._expect(False, f"{where}: not JSON: {error}")
            return {}
        self._expect(isinstance(value, dict), f"{where}: not an object")
        return value if isinstance(value, dict) else {}

    def _object(self, document: dict[str, Any], key: str, where: str) -> dict[str, Any]:
        """Return a field that is an object; an empty one if it is missing or null."""
        value = {} if document.get(key) is None else document[key]
        self._expect(isinstance(value, dict), f"{where}: {key} is not an object")
        return value if isinstance(value, dict) else {}

    def _list(self, document: dict[str, Any], key: str, where: str) -> list[Any]:
        """Return a field that is a list; an empty one if it is missing or null."""
        value = [] if document.get(key) is None else document[key]
        self._expect(isinstance(value, list), f"{where}: {key} is not a list")
        return value if isinstance(value, list) else []

    def _objects(self, document: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
        """Return a field that is a list of objects."""
        values = self._list(document, key, where)
        good = all(isinstance(item, dict) for item in values)
        self._expect(good, f"{where}: {key} is not a list of objects")
        return [item for item in values if isinstance(item, dict)]

    def _expect(self, good: object, problem: str) -> None:
        line = f"  {problem}"
        if not good and len(self.problems) < _MOST_PROBLEMS and line not in self.problems:
            self.problems.append(line)


class _Layer(io.RawIOBase):
    """An unpacked layer as a stream that remembers its hash, its size and its end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.sha256 = hashlib.sha256()
        self.size = 0
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; fewer than asked for only at the end."""
        parts = [self._rest]
        length = len(self._rest)
        while length < size and (piece := bytes(next(self._pieces, b""))):
            self.sha256.update(piece)
            self.size += len(piece)
            self.tail = (self.tail + piece[-1024:])[-1024:]
            if self.size > _MOST_BYTES:
                raise PlinthError(f"unpacks to more than {_MOST_BYTES} bytes")
            parts.append(piece)
            length += len(piece)
        found = b"".join(parts)
        self._rest = found[size:]
        return found[:size]

    def drain(self) -> None:
        """Read to the end."""
        while self.read(_PIECE):
            pass


def _pieces(stream: gzip.GzipFile) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
