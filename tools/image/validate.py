"""The verb ``validate``: is a directory an OCI image layout, by the rules of the image spec?

OCI Image Format Specification v1.1: "Image Layout", "Content Descriptors", "Image Index", "Image
Manifest", "Image Configuration", "Filesystem Layers". Reads the whole layout, blobs included, with
the standard library (which has no zstd) and none of the code that writes images, so that it can
disagree.

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

from tools.errors import PlinthError
from tools.layer.decompress import decompress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tools.action.params import Params

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    _LAYER: bytes,
    _LAYER + "+gzip": gzip.decompress,
    _LAYER + "+zstd": lambda blob: b"".join(decompress("zst", memoryview(blob))),
}
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REF_NAME = re.compile(r"[A-Za-z0-9]+(?:[-._:@/+]+[A-Za-z0-9]+|--[A-Za-z0-9]+)*")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_PORT = re.compile(r"\d{1,5}(/(tcp|udp))?")
_LISTS = ("Entrypoint", "Cmd", "Env")
_SETS = ("ExposedPorts", "Volumes")


class ValidationError(PlinthError):
    """A layout breaks the specification.

    Attributes:
        problems: every rule that is broken, and where.
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
    """Check a layout directory; gives one line per broken rule, none for a valid image."""
    check = _Check(layout)
    check.layout()
    return check.problems


class _Check:
    """One run over a layout; collects problems instead of stopping at the first."""

    def __init__(self, layout: str) -> None:
        self._layout = layout
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

    def _index(self, where: str, content: bytes) -> None:
        index = self._json(where, content)
        self._expect(index.get("schemaVersion") == 2, f"{where}: schemaVersion is not 2")
        self._expect(index.get("mediaType", _INDEX) == _INDEX, f"{where}: wrong mediaType")
        for item in index.get("manifests") or ():
            name = (item.get("annotations") or {}).get("org.opencontainers.image.ref.name")
            self._expect(name is None or _REF_NAME.fullmatch(name), f"{where}: bad ref {name!r}")
            blob = self._blob(item, where)
            if blob is None:
                continue
            if item["mediaType"] == _INDEX:
                self._index(item["digest"], blob)
            elif item["mediaType"] == _MANIFEST:
                self._manifest(item, blob)
            else:
                self._expect(False, f"{where}: unknown media type {item['mediaType']}")
        self._expect(bool(index.get("manifests")), f"{where}: no manifests")

    def _manifest(self, item: dict[str, Any], content: bytes) -> None:
        where = item["digest"]
        manifest = self._json(where, content)
        self._expect(manifest.get("schemaVersion") == 2, f"{where}: schemaVersion is not 2")
        self._expect(manifest.get("mediaType") == _MANIFEST, f"{where}: wrong mediaType")
        annotations = manifest.get("annotations", {})
        self._expect(_is_text_map(annotations), f"{where}: annotations are not text")
        described = manifest.get("config") or {}
        self._expect(described.get("mediaType") == _CONFIG, f"{where}: wrong media type of config")
        blob = self._blob(described, where)
        config = self._json(f"{where}: config", blob) if blob is not None else {}
        self._config(f"{where}: config", config)
        for key in ("architecture", "os", "variant"):
            given = (item.get("platform") or {}).get(key, config.get(key))
            self._expect(given == config.get(key), f"{where}: platform {key} is not the config's")
        diff_ids = (config.get("rootfs") or {}).get("diff_ids") or []
        layers = manifest.get("layers") or []
        self._expect(len(diff_ids) == len(layers), f"{where}: {len(layers)} layers, "
                     f"{len(diff_ids)} diff_ids")  # fmt: skip
        for layer, diff_id in zip(layers, diff_ids, strict=False):
            self._layer(layer, diff_id, where)

    def _config(self, where: str, config: dict[str, Any]) -> None:
        for key in ("architecture", "os"):
            self._expect(isinstance(config.get(key), str), f"{where}: no {key}")
        rootfs = config.get("rootfs") or {}
        self._expect(rootfs.get("type") == "layers", f"{where}: rootfs.type is not layers")
        created = [config.get("created"), *(item.get("created") for item in self._history(config))]
        for date in created:
            good = date is None or bool(_RFC3339.fullmatch(date))
            self._expect(good, f"{where}: {date!r} is not an RFC 3339 date")
        history = [item for item in self._history(config) if not item.get("empty_layer")]
        layers = len(rootfs.get("diff_ids") or [])
        good = not config.get("history") or len(history) == layers
        self._expect(good, f"{where}: {len(history)} layers in the history, {layers} in rootfs")
        self._run_config(where, config.get("config") or {})

    @staticmethod
    def _history(config: dict[str, Any]) -> list[dict[str, Any]]:
        return config.get("history") or []

    def _run_config(self, where: str, config: dict[str, Any]) -> None:
        for key in _LISTS:
            value = config.get(key) or []
            good = isinstance(value, list) and all(isinstance(item, str) for item in value)
            self._expect(good, f"{where}: {key} is not a list of texts")
        for item in config.get("Env") or []:
            self._expect("=" in item[1:], f"{where}: Env: {item!r} is not NAME=VALUE")
        names = [item.partition("=")[0] for item in config.get("Env") or []]
        self._expect(len(names) == len(set(names)), f"{where}: Env names a variable twice")
        for key in _SETS:
            value = config.get(key) or {}
            good = isinstance(value, dict) and all(item == {} for item in value.values())
            self._expect(good, f"{where}: {key} is not an object of empty objects")
        for port in config.get("ExposedPorts") or ():
            self._expect(_PORT.fullmatch(port), f"{where}: ExposedPorts: {port!r}")
        directory = config.get("WorkingDir") or "/"
        self._expect(directory.startswith("/"), f"{where}: WorkingDir is not absolute")
        self._expect(_is_text_map(config.get("Labels") or {}), f"{where}: Labels are not text")

    def _layer(self, item: dict[str, Any], diff_id: str, where: str) -> None:
        blob = self._blob(item, where)
        if blob is None:
            return
        kind = item["mediaType"]
        try:
            tar = _DECODERS[kind](blob)
        except KeyError:
            self._expect(False, f"{item['digest']}: cannot read {kind}")
            return
        except (OSError, EOFError, PlinthError) as error:
            self._expect(False, f"{item['digest']}: damaged {kind.rpartition('+')[2]}: {error}")
            return
        found = f"sha256:{hashlib.sha256(tar).hexdigest()}"
        self._expect(found == diff_id, f"{item['digest']}: unpacks to {found}, not {diff_id}")
        self._tar(item["digest"], tar)

    def _tar(self, where: str, tar: bytes) -> None:
        self._expect(len(tar) % 512 == 0, f"{where}: tar is not of whole blocks")
        self._expect(tar[-1024:].count(0) == 1024, f"{where}: tar without an end")
        names: dict[str, tarfile.TarInfo] = {}
        try:
            with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
                for member in archive:
                    name = member.name.rstrip("/")
                    climbs = name.startswith("/") or ".." in name.split("/")
                    self._expect(not climbs, f"{where}: {name} leads out of the tree")
                    self._expect(name not in names, f"{where}: {name} is there twice")
                    if member.islnk():
                        good = member.linkname in names
                        self._expect(good, f"{where}: {name} is a hard link to nothing before it")
                    names[name] = member
        except tarfile.TarError as error:
            self._expect(False, f"{where}: damaged tar: {error}")

    def _blob(self, item: dict[str, Any], where: str) -> bytes | None:
        """Read and check what a descriptor describes."""
        digest, size = item.get("digest"), item.get("size")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            self._expect(False, f"{where}: {digest!r} is not a sha256 digest")
            return None
        self._expect(isinstance(item.get("mediaType"), str), f"{where}: {digest} has no mediaType")
        content = self._read(f"blobs/sha256/{digest.partition(':')[2]}")
        self._expect(len(content) == size, f"{digest}: {len(content)} bytes, described as {size}")
        found = hashlib.sha256(content).hexdigest()
        self._expect(digest == f"sha256:{found}", f"{digest}: its content is sha256:{found}")
        return content

    def _read(self, name: str) -> bytes:
        try:
            with open(os.path.join(self._layout, name), "rb") as stream:
                return stream.read()
        except OSError as error:
            self._expect(False, f"{name}: {error.strerror}")
            return b""

    def _json(self, where: str, content: bytes) -> dict[str, Any]:
        try:
            value = json.loads(content)
        except ValueError as error:
            self._expect(False, f"{where}: {error}")
            return {}
        self._expect(isinstance(value, dict), f"{where}: not an object")
        return value if isinstance(value, dict) else {}

    def _expect(self, good: object, problem: str) -> None:
        if not good:
            self.problems.append(f"  {problem}")


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
