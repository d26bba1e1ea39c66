"""The manifest: which packages, from which archives, for which architectures.

Strict on purpose: an unknown key, a repeated key, or a value of the wrong kind is an error with
file, line and a suggestion::

    version: 1
    archives:
      debian:                          # the last part of its mirrors' URLs
        suites: [trixie, trixie-updates]
        components: [main]
        keys: [debian-13]              # shipped with Plinth, or the path of a key file
        mirrors: [snapshot]            # optional, like all keys below
        snapshot: 20261118T000000Z
        check_valid_until: true
        priority: 500
        architectures: [amd64]         # of those below, all if not given
        archive: debian                # for a second entry of one archive, that archive's name
    architectures: [amd64, arm64]
    packages: [libc6, "foo (= 1.2)", bar/trixie-backports, "baz [amd64]"]
    essential: true                    # optional; or names of essential packages
    omit: [debconf]                    # optional

docs/lock.md shows every key by example; ``manifest.schema.json`` is the same for editors.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field, replace
from typing import Any

from tools.debian.relation import Relation, parse_relation
from tools.errors import FormatError
from tools.lock.manifest_archives import (
    SINGLE_DEBS,
    Archive,
    archive_data,
    read_architecture,
    read_archive,
)
from tools.lock.manifest_tree import ManifestError, Node, read_tree

VERSION = 1
"""The version of the manifest's format that this file reads."""


@dataclass(frozen=True, slots=True)
class RootPackage:
    """A package asked for by name.

    Attributes:
        relation: the name, and the version and architectures if the manifest restricts them.
        suite: the only suite it may come from; empty when any will do.
        depends: whether what it depends on is locked along with it.
        recommends: whether what it recommends is, too.
        place: file and line of the manifest, for messages.
    """

    relation: Relation
    suite: str = ""
    depends: bool = True
    recommends: bool = False
    place: str = field(default="", compare=False)

    @property
    def is_pinned(self) -> bool:
        """Whether the manifest restricts the version."""
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
        directory: that it is in; paths of key files are relative to it.
        debs: packages asked for by URL.
        omit: names of packages not to lock though others depend on them.
        all_essential: whether to lock the packages that Debian takes to be on every system.
        essential: those of them to lock, if not all.
        effects: whether to record what installing the packages does.
    """

    directory: str
    archives: tuple[Archive, ...]
    architectures: tuple[str, ...]
    packages: tuple[RootPackage, ...]
    omit: frozenset[str]
    debs: tuple[SingleDeb, ...] = ()
    all_essential: bool = False
    essential: tuple[RootPackage, ...] = ()
    effects: bool = False

    def digest(self) -> str:
        """SHA-256 of what the manifest means: layout and comments do not change it."""
        data: dict[str, Any] = {
            "version": VERSION,
            "archives": [archive_data(archive) for archive in self.archives],
            "architectures": sorted(self.architectures),
            "packages": sorted(map(str, self.packages)),
            "omit": sorted(self.omit),
        }
        # An absent key does not change the digest, so old locks stay valid when a key is added.
        more: dict[str, Any] = {
            "without_depends": sorted(str(each) for each in self.packages if not each.depends),
            "with_recommends": sorted(str(each) for each in self.packages if each.recommends),
            "debs": sorted(map(str, self.debs)),
            "essential": self.all_essential or sorted(map(str, self.essential)),
            "effects": self.effects,
        }
        data.update({key: value for key, value in more.items() if value})
        canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_manifest(path: str, name: str | None = None) -> Manifest:
    """Read a manifest file: YAML, or JSON when its name ends in ``.json``.

    Args:
        path: of the file.
        name: what to call it in messages, if not by its path.

    Raises:
        ManifestError: the file cannot be read, or something in it is wrong.
    """
    return _manifest(read_tree(path, name or path), os.path.dirname(os.path.abspath(path)))


def _manifest(root: Node, directory: str) -> Manifest:
    old = root.named().get("scripts")
    if old:
        raise old.error('"scripts" has become "effects"', "Write: effects: true")
    fields = root.mapping(
        required=("version", "archives", "architectures", "packages"),
        optional=("essential", "omit", "effects"),
    )
    if fields["version"].value != VERSION:
        raise fields["version"].error(
            f"version {fields['version'].value!r} is not known", f"Write: version: {VERSION}"
        )
    archives = fields["archives"].named()
    if not archives:
        raise fields["archives"].error("no archive is named")
    architectures = fields["architectures"].distinct(read_architecture)
    sources = tuple(read_archive(name, node, architectures) for name, node in archives.items())
    for name in architectures:
        if not any(archive.serves(name) for archive in sources):
            raise fields["architectures"].error(
                f'no archive is asked for "{name}"',
                "Remove it, or add it to the architectures: of an archive.",
            )
    wanted = fields["packages"].distinct(_wanted)
    packages = tuple(each for each in wanted if isinstance(each, RootPackage))
    essential = fields.get("essential")
    some = essential.distinct(_root) if essential and isinstance(essential.value, list) else ()
    omit = fields["omit"].distinct(_package_name) if "omit" in fields else ()
    both = sorted({str(root.relation.name) for root in (*packages, *some)} & set(omit))
    if both:
        raise fields["omit"].error(
            f'"{both[0]}" is both wanted and in omit', "Remove it from one of the two."
        )
    return Manifest(
        directory=directory,
        archives=sources,
        architectures=architectures,
        packages=packages,
        omit=frozenset(omit),
        debs=tuple(each for each in wanted if isinstance(each, SingleDeb)),
        all_essential=essential is not None and not some and essential.boolean(),
        essential=tuple(some),
        effects=fields["effects"].boolean() if "effects" in fields else False,
    )


def _wanted(node: Node) -> RootPackage | SingleDeb:
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


def _root(node: Node) -> RootPackage:
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
    return RootPackage(relation, found["suite"] if found else "", place=node.place)


def _package_name(node: Node) -> str:
    text = node.text()
    if not _PACKAGE_NAME.fullmatch(text):
        raise node.error(f'"{text}" is not a package name')
    return text


_PACKAGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
_ROOT = re.compile(r"(?P<before>[^\s/(\[]+)/(?P<suite>[^\s/(\[]+)(?P<after>.*)")
_WEB_URL = re.compile(r"https?://[^/]+/[^\s?#]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")

__all__ = [
    "SINGLE_DEBS",
    "VERSION",
    "Archive",
    "Manifest",
    "ManifestError",
    "RootPackage",
    "SingleDeb",
    "read_manifest",
]
