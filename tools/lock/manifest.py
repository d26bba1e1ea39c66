"""The manifest: which packages, from which archives, for which architectures.

Strict on purpose: an unknown key, a key that is there twice, or a value of the wrong kind is an
error with file, line and a guess at what was meant::

    version: 1
    archives:
      debian:                          # the last part of its mirrors' URLs
        suites: [trixie, trixie-updates]
        components: [main]
        keys: [debian-13]              # shipped with Plinth, or the path of a key file
        mirrors: [snapshot]            # optional, as is all below
        snapshot: 20261118T000000Z
        check_valid_until: true
    architectures: [amd64, arm64]
    packages: [libc6, "foo (= 1.2)", bar/trixie-backports, "baz [amd64]"]
    omit: [debconf]                    # optional
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tools.debian.errors import FormatError
from tools.debian.relation import Relation, parse_relation
from tools.lock.manifest_tree import ManifestError, Node, read_tree

_T = TypeVar("_T")

VERSION = 1
"""The version of the manifest's format that this file reads."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive: suites that are published, signed and mirrored together.

    Attributes:
        name: what mirrors and the snapshot service call it (the last part of its URL's path).
        suites: directories below ``dists/``, such as ``trixie-updates``.
        components: such as ``main``.
        keys: names of keys that ship with Plinth, or paths of key files beside the manifest.
        mirrors: base URLs to try first; the word ``snapshot`` means the snapshot service.
        snapshot: the instant (``YYYYMMDDTHHMMSSZ``) to read the archive at; None means now.
        check_valid_until: whether an expired Release file is refused.
    """

    name: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    keys: tuple[str, ...]
    mirrors: tuple[str, ...] = ()
    snapshot: str | None = None
    check_valid_until: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A package asked for by name.

    Attributes:
        relation: the name, and the version and architectures if the manifest restricts them.
        suite: the only suite it may come from; empty when any will do.
    """

    relation: Relation
    suite: str = ""

    def __str__(self) -> str:
        name = self.relation.name
        suite = f"/{self.suite}" if self.suite else ""
        return f"{name}{suite}{str(self.relation).removeprefix(name)}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole manifest. The order of archives and suites breaks ties; no other order matters.

    Attributes:
        directory: where it lies; paths of key files are relative to it.
        omit: names of packages not to lock though others depend on them.
    """

    directory: str
    archives: tuple[Archive, ...]
    architectures: tuple[str, ...]
    packages: tuple[Root, ...]
    omit: frozenset[str]

    def digest(self) -> str:
        """SHA-256 of what the manifest means: layout and comments do not change it."""
        data = {
            "version": VERSION,
            "archives": [
                {
                    "name": archive.name,
                    "suites": archive.suites,
                    "components": archive.components,
                    "keys": archive.keys,
                    "mirrors": archive.mirrors,
                    "snapshot": archive.snapshot,
                    "check_valid_until": archive.check_valid_until,
                }
                for archive in self.archives
            ],
            "architectures": sorted(self.architectures),
            "packages": sorted(map(str, self.packages)),
            "omit": sorted(self.omit),
        }
        canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_manifest(path: str, name: str | None = None) -> Manifest:
    """Reads a manifest file: YAML, or JSON when its name ends in ``.json``.

    Args:
        path: of the file.
        name: what to call it in messages, if not by its path.

    Raises:
        ManifestError: the file cannot be read, or something in it is wrong.
    """
    return _manifest(read_tree(path, name or path), os.path.dirname(os.path.abspath(path)))


def _manifest(root: Node, directory: str) -> Manifest:
    fields = root.mapping(
        required=("version", "archives", "architectures", "packages"), optional=("omit",)
    )
    if fields["version"].value != VERSION:
        raise fields["version"].error(
            f"version {fields['version'].value!r} is not known", f"Write: version: {VERSION}"
        )
    archives = fields["archives"].named()
    if not archives:
        raise fields["archives"].error("no archive is named")
    packages = _each(fields["packages"], _root)
    omit = _each(fields["omit"], _package_name) if "omit" in fields else ()
    both = sorted({str(root.relation.name) for root in packages} & set(omit))
    if both:
        raise fields["omit"].error(
            f'"{both[0]}" is both in packages and in omit', "Remove it from one of the two."
        )
    return Manifest(
        directory=directory,
        archives=tuple(_archive(name, node) for name, node in archives.items()),
        architectures=_each(fields["architectures"], _architecture),
        packages=packages,
        omit=frozenset(omit),
    )


def _archive(name: str, node: Node) -> Archive:
    if not _ARCHIVE_NAME.fullmatch(name):
        raise node.error(
            f'"{name}" cannot name an archive',
            "Use the last part of its URL's path, such as debian-security.",
        )
    fields = node.mapping(
        required=("suites", "components", "keys"),
        optional=("mirrors", "snapshot", "check_valid_until"),
    )
    snapshot = fields["snapshot"].text() if "snapshot" in fields else None
    if snapshot is not None and not _STAMP.fullmatch(snapshot):
        raise fields["snapshot"].error(
            f'"{snapshot}" is not a snapshot', "Write it as 20261118T000000Z."
        )
    return Archive(
        name=name,
        suites=_each(fields["suites"], _path_word),
        components=_each(fields["components"], _path_word),
        keys=_each(fields["keys"], Node.text),
        mirrors=_each(fields["mirrors"], _mirror) if "mirrors" in fields else (),
        snapshot=snapshot,
        check_valid_until=(
            fields["check_valid_until"].boolean() if "check_valid_until" in fields else True
        ),
    )


def _each(node: Node, read: Callable[[Node], _T]) -> tuple[_T, ...]:
    values: list[_T] = []
    for item in node.items():
        value = read(item)
        if value in values:
            raise item.error(f'"{value}" is there twice', "Remove one of the two.")
        values.append(value)
    return tuple(values)


def _root(node: Node) -> Root:
    text = node.text()
    found = _ROOT.fullmatch(text)
    try:
        relation = parse_relation(found["before"] + found["after"] if found else text)
    except FormatError as error:
        raise node.error(
            str(error), 'Write NAME, NAME/SUITE, "NAME (= VERSION)" or "NAME [ARCHITECTURE]".'
        ) from None
    if relation.qualifier:
        raise node.error(
            f'"{text}": a package is locked for every architecture of the manifest',
            f'Write "{relation.name} [{relation.qualifier}]" to want it on one of them only.',
        )
    return Root(relation, found["suite"] if found else "")


def _package_name(node: Node) -> str:
    text = node.text()
    if not _PACKAGE_NAME.fullmatch(text):
        raise node.error(f'"{text}" is not a package name')
    return text


def _architecture(node: Node) -> str:
    text = node.text()
    if text in _OTHER_NAMES:
        raise node.error(f'"{text}" is not what Debian calls it', f'Write "{_OTHER_NAMES[text]}".')
    if not _PACKAGE_NAME.fullmatch(text) or text in ("all", "any", "source"):
        raise node.error(f'"{text}" is not an architecture', "Write, for example, amd64 or arm64.")
    return text


def _path_word(node: Node) -> str:
    text = node.text()
    if not _PATH_WORD.fullmatch(text) or ".." in text:
        raise node.error(f'"{text}" cannot be part of an archive\'s path')
    return text


def _mirror(node: Node) -> str:
    text = node.text()
    if text != "snapshot" and not _URL.match(text):
        raise node.error(
            f'"{text}" is not a mirror', 'Write an http, https or file URL, or "snapshot".'
        )
    return text.rstrip("/")


_ARCHIVE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PACKAGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_PATH_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._~/-]*")
_ROOT = re.compile(r"(?P<before>[^\s/(\[]+)/(?P<suite>[^\s/(\[]+)(?P<after>.*)")
_STAMP = re.compile(r"\d{8}T\d{6}Z")
_URL = re.compile(r"(https?|file)://")
_OTHER_NAMES = {
    "x86_64": "amd64",
    "x64": "amd64",
    "aarch64": "arm64",
    "arm": "armhf",
    "ppc64le": "ppc64el",
    "386": "i386",
    "x86": "i386",
}

__all__ = ["VERSION", "Archive", "Manifest", "ManifestError", "Root", "read_manifest"]
