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
        priority: 500
    architectures: [amd64, arm64]
    packages: [libc6, "foo (= 1.2)", bar/trixie-backports, "baz [amd64]"]
    omit: [debconf]                    # optional

docs/lock.md has it all by example; ``manifest.schema.json`` is the same for editors.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tools.debian.errors import FormatError
from tools.debian.relation import Relation, parse_relation
from tools.lock.manifest_tree import ManifestError, Node, read_tree

_T = TypeVar("_T")

VERSION = 1
"""The version of the manifest's format that this file reads."""

SINGLE_DEBS = "url"
"""The archive that packages given by their URL are filed under, for mirrors of such files."""


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
        priority: apt's priority of its packages; None leaves it to the suites (NotAutomatic).
        directory: of ``.deb`` files, relative to the manifest; then there is nothing else.
    """

    name: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    keys: tuple[str, ...]
    mirrors: tuple[str, ...] = ()
    snapshot: str | None = None
    check_valid_until: bool = True
    priority: int | None = None
    directory: str = ""


@dataclass(frozen=True, slots=True)
class Root:
    """A package asked for by name.

    Attributes:
        relation: the name, and the version and architectures if the manifest restricts them.
        suite: the only suite it may come from; empty when any will do.
        depends: whether what it depends on is locked along with it.
        recommends: whether what it recommends is, too.
    """

    relation: Relation
    suite: str = ""
    depends: bool = True
    recommends: bool = False

    @property
    def is_pinned(self) -> bool:
        """Whether the manifest restricts the version that will do."""
        return bool(self.suite or self.relation.operator)

    def __str__(self) -> str:
        name = self.relation.name
        suite = f"/{self.suite}" if self.suite else ""
        return f"{name}{suite}{str(self.relation).removeprefix(name)}"


@dataclass(frozen=True, slots=True)
class SingleDeb:
    """A package asked for by the URL of its ``.deb``.

    Attributes:
        url: http or https.
        sha256: of the file.
    """

    url: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.url}#{self.sha256}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole manifest. The order of archives and suites breaks ties; no other order matters.

    Attributes:
        directory: where it lies; paths of key files are relative to it.
        debs: packages asked for by URL.
        omit: names of packages not to lock though others depend on them.
        scripts: whether to record what maintainer scripts would have done.
    """

    directory: str
    archives: tuple[Archive, ...]
    architectures: tuple[str, ...]
    packages: tuple[Root, ...]
    omit: frozenset[str]
    debs: tuple[SingleDeb, ...] = ()
    scripts: bool = False

    def digest(self) -> str:
        """SHA-256 of what the manifest means: layout and comments do not change it."""
        data: dict[str, Any] = {
            "version": VERSION,
            "archives": [_archive_data(archive) for archive in self.archives],
            "architectures": sorted(self.architectures),
            "packages": sorted(map(str, self.packages)),
            "omit": sorted(self.omit),
        }
        # What is not there leaves the digest as it was before there could be such a thing.
        more: dict[str, Any] = {
            "without_depends": sorted(str(each) for each in self.packages if not each.depends),
            "with_recommends": sorted(str(each) for each in self.packages if each.recommends),
            "debs": sorted(map(str, self.debs)),
            "scripts": self.scripts,
        }
        data.update({key: value for key, value in more.items() if value})
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
        required=("version", "archives", "architectures", "packages"),
        optional=("omit", "scripts"),
    )
    if fields["version"].value != VERSION:
        raise fields["version"].error(
            f"version {fields['version'].value!r} is not known", f"Write: version: {VERSION}"
        )
    archives = fields["archives"].named()
    if not archives:
        raise fields["archives"].error("no archive is named")
    wanted = _each(fields["packages"], _wanted)
    packages = tuple(each for each in wanted if isinstance(each, Root))
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
        debs=tuple(each for each in wanted if isinstance(each, SingleDeb)),
        scripts=fields["scripts"].boolean() if "scripts" in fields else False,
    )


def _archive(name: str, node: Node) -> Archive:
    if not _ARCHIVE_NAME.fullmatch(name):
        raise node.error(
            f'"{name}" cannot name an archive',
            "Use the last part of its URL's path, such as debian-security.",
        )
    if name == SINGLE_DEBS:
        raise node.error(f'"{name}" is what packages given by their URL are filed under')
    if "directory" in node.named():
        fields = node.mapping(required=("directory",), optional=("priority",))
        return Archive(
            name, (), (), (), priority=_priority(fields), directory=fields["directory"].text()
        )
    fields = node.mapping(
        required=("suites", "keys"),
        optional=("components", "mirrors", "snapshot", "check_valid_until", "priority"),
    )
    suites = _each(fields["suites"], _suite)
    # sources.list(5): a suite that ends in a slash is the path of a flat repository.
    flat = {suite.endswith("/") for suite in suites}
    if len(flat) > 1:
        raise fields["suites"].error(
            "flat repositories (paths that end in a slash) and suites are mixed",
            "Give each kind an archive entry of its own.",
        )
    if flat == {True} and "components" in fields:
        raise fields["components"].error("a flat repository has no components", "Remove the key.")
    if flat == {False} and "components" not in fields:
        raise node.error('the key "components" is missing', "Debian's own are in [main].")
    snapshot = fields["snapshot"].text() if "snapshot" in fields else None
    if snapshot is not None and not _STAMP.fullmatch(snapshot):
        raise fields["snapshot"].error(
            f'"{snapshot}" is not a snapshot', "Write it as 20261118T000000Z."
        )
    return Archive(
        name=name,
        suites=suites,
        components=_each(fields["components"], _path_word) if "components" in fields else (),
        keys=_each(fields["keys"], Node.text),
        mirrors=_each(fields["mirrors"], _mirror) if "mirrors" in fields else (),
        snapshot=snapshot,
        check_valid_until=(
            fields["check_valid_until"].boolean() if "check_valid_until" in fields else True
        ),
        priority=_priority(fields),
    )


def _archive_data(archive: Archive) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": archive.name,
        "suites": archive.suites,
        "components": archive.components,
        "keys": archive.keys,
        "mirrors": archive.mirrors,
        "snapshot": archive.snapshot,
        "check_valid_until": archive.check_valid_until,
    }
    if archive.priority is not None:
        data["priority"] = archive.priority
    if archive.directory:
        data["directory"] = archive.directory
    return data


def _priority(fields: dict[str, Node]) -> int | None:
    if "priority" not in fields:
        return None
    value = fields["priority"].value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _HIGHEST:
        raise fields["priority"].error(
            f'"{fields["priority"].written}" is not a priority',
            f"Write a number from 1 to {_HIGHEST}; suites have 500, backports 100.",
        )
    return value


def _wanted(node: Node) -> Root | SingleDeb:
    if not isinstance(node.value, dict):
        return _root(node)
    if "deb" in node.value:
        fields = node.mapping(required=("deb", "sha256"), optional=())
        url, sha256 = fields["deb"].text(), fields["sha256"].text()
        if not _WEB_URL.match(url) or not url.endswith(".deb"):
            raise fields["deb"].error(
                f'"{url}" is not the URL of a .deb file',
                "Put files of your own into a directory, and name that under archives:.",
            )
        if not _SHA256.fullmatch(sha256):
            raise fields["sha256"].error(f'"{sha256}" is not a SHA-256 in hexadecimal')
        return SingleDeb(url, sha256)
    fields = node.mapping(required=("name",), optional=("depends", "recommends"))
    root = _root(fields["name"])
    if "depends" in fields and fields["depends"].written != "none":
        raise fields["depends"].error(
            f'"{fields["depends"].written}" is not known here', "Write: depends: none"
        )
    return replace(
        root,
        depends="depends" not in fields,
        recommends=fields["recommends"].boolean() if "recommends" in fields else False,
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


def _suite(node: Node) -> str:
    return node.text() if node.text() in ("/", "./") else _path_word(node)


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
_WEB_URL = re.compile(r"https?://[^/]+/[^\s?#]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HIGHEST = 1000
_OTHER_NAMES = {
    "x86_64": "amd64",
    "x64": "amd64",
    "aarch64": "arm64",
    "arm": "armhf",
    "ppc64le": "ppc64el",
    "386": "i386",
    "x86": "i386",
}

__all__ = [
    "SINGLE_DEBS",
    "VERSION",
    "Archive",
    "Manifest",
    "ManifestError",
    "Root",
    "SingleDeb",
    "read_manifest",
]
