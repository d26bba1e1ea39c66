"""Manifests and locks."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.target import Target, corpus
from tools.archives.lockfile import read_archives
from tools.lock.importing import import_lock, import_manifest
from tools.lock.lockfile.lockfile import format_lock, read_lock
from tools.lock.manifest import read_manifest

_MANIFEST, _IMPORTED, _LOCK, _ARCHIVES = corpus(
    "manifest.yaml", "imported.yaml", "lock.json", "archives.lock.json"
)
_YAML = (
    b"*a", b"&a ", b"<<: *a", b"- ", b": ", b"!!python/object:x ", b"|\n", b">-\n", b"{", b"}",
    b"[", b"]", b"? ", b"%YAML 9\n---\n", b"---\n", b"...\n", b"0x1f", b"1e999", b"2026-01-01",
    b".inf", b"~",
)  # fmt: skip


def _file(content: bytes, directory: Path, name: str) -> str:
    path = directory / name
    path.write_bytes(content)
    return str(path)


def _manifest(content: bytes, directory: Path) -> None:
    manifest = read_manifest(_file(content, directory, "m.yaml"), "m.yaml")
    assert manifest.digest()


def _import(content: bytes, directory: Path) -> None:
    import_manifest(_file(content, directory, "m.yaml"), "m.yaml")


def _archives(content: bytes, _: Path) -> None:
    read_archives(content.decode("utf-8", "replace"), "a")


def _lock(content: bytes, directory: Path) -> None:
    format_lock(read_lock(_file(content, directory, "lock.json")))


TARGETS = (
    Target("manifest_yaml", _manifest, (_MANIFEST,), _YAML),
    Target("imported_manifest", _import, (_IMPORTED,), _YAML),
    Target("lock", _lock, (_LOCK,), is_json=True),
    Target("imported_lock",
           lambda content, directory: import_lock(_file(content, directory, "lock.json")),
           (_LOCK, b'{"version": 1, "packages": [{"arch": "amd64", "name": "a", "version": "1"}]}'),
           is_json=True),
    Target("archive_lock", _archives, (_ARCHIVES,), is_json=True),
)  # fmt: skip
