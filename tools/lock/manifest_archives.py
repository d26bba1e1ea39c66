"""The archives of a manifest: where packages come from, and whose signature is trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools.grammar.architectures import ARCHITECTURES
from tools.grammar.fields import matches, shown
from tools.lock.manifest_tree import Node
from tools.lock.suggestion import did_you_mean


@dataclass(frozen=True, slots=True)
class Archive:
    """One entry below ``archives``: suites that are published, signed and mirrored together.

    Attributes:
        name: of its entry in the manifest.
        suites: directories below ``dists/``, such as ``trixie-updates``.
        components: such as ``main``.
        keys: names of keys that ship with Plinth, or paths of key files next to the manifest.
        mirrors: base URLs to try first; the word ``snapshot`` means the snapshot service.
        snapshot: the instant (``YYYYMMDDTHHMMSSZ``) to read the archive at; None means now.
        check_valid_until: whether an expired Release file is refused.
        priority: apt's priority of its packages; None leaves it to the suites (NotAutomatic).
        directory: of ``.deb`` files, relative to the manifest; then there is nothing else.
        architectures: the only ones it is asked for; empty when it has all of the manifest's.
        archive: its name on mirrors and at the snapshot service, if not the entry's name.
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
    architectures: tuple[str, ...] = ()
    archive: str = ""

    @property
    def mirror_name(self) -> str:
        """What mirrors and the snapshot service call it (the last part of its URL's path)."""
        return self.archive or self.name

    def serves(self, architecture: str) -> bool:
        """Return whether it is asked for packages of an architecture."""
        return not self.architectures or architecture in self.architectures


SINGLE_DEBS = "url"
"""The archive that packages given by their URL are filed under, for mirrors of such files."""


def read_archive(name: str, node: Node, architectures: Sequence[str]) -> Archive:
    """Read one entry below ``archives``.

    Args:
        name: its key.
        node: its value.
        architectures: those of the manifest.

    Raises:
        ManifestError: something in it is wrong.
    """
    _check_name(name, node)
    if "directory" in node.named():
        fields = node.mapping(required=("directory",), optional=("priority",))
        return Archive(
            name, (), (), (), priority=_priority(fields), directory=fields["directory"].text()
        )
    fields = node.mapping(
        required=("suites",),
        optional=(
            "keys",
            "archive",
            "components",
            "architectures",
            "mirrors",
            "snapshot",
            "check_valid_until",
            "priority",
        ),
    )
    if "keys" not in fields:
        raise node.error(
            'the key "keys" is missing: who signs this archive',
            "Plinth has Debian's, [debian-13] and [debian-12], and [ubuntu-2018]; for others, give "
            "the path of a file of public keys.",
        )
    suites = fields["suites"].distinct(_suite)
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
        components=fields["components"].distinct(_path_word) if "components" in fields else (),
        keys=fields["keys"].distinct(Node.text),
        mirrors=fields["mirrors"].distinct(_mirror) if "mirrors" in fields else (),
        snapshot=snapshot,
        check_valid_until=(
            fields["check_valid_until"].boolean() if "check_valid_until" in fields else True
        ),
        priority=_priority(fields),
        architectures=_restriction(fields, architectures),
        archive=_mirror_name(fields, name),
    )


def archive_data(archive: Archive) -> dict[str, Any]:
    """Return what an archive means, for the digest of its manifest."""
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
    if archive.architectures:
        data["architectures"] = sorted(archive.architectures)
    if archive.archive:
        data["archive"] = archive.archive
    return data


def _check_name(name: str, node: Node) -> None:
    if not _ARCHIVE_NAME.fullmatch(name):
        raise node.error(
            f'"{name}" cannot name an archive',
            "Use the last part of its URL's path, such as debian-security.",
        )
    if name == SINGLE_DEBS:
        raise node.error(f'"{name}" is the name for packages that are given by URL')


def _mirror_name(fields: dict[str, Node], name: str) -> str:
    if "archive" not in fields:
        return ""
    text = fields["archive"].text()
    _check_name(text, fields["archive"])
    return "" if text == name else text


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


def read_architecture(node: Node) -> str:
    """Read Debian's name of an architecture that images can be built for."""
    text = _architecture(node)
    if text not in ARCHITECTURES:
        raise node.error(
            f'images cannot be built for "{text}"',
            f"Write one or more of {', '.join(ARCHITECTURES)}.",
        )
    return text


def _architecture(node: Node) -> str:
    text = node.text()
    if text in _OTHER_NAMES:
        raise node.error(f'"{text}" is not what Debian calls it', f'Write "{_OTHER_NAMES[text]}".')
    if not _ARCHITECTURE.fullmatch(text) or text in ("all", "any", "source"):
        raise node.error(f'"{text}" is not an architecture', "Write, for example, amd64 or arm64.")
    return text


def _restriction(fields: dict[str, Node], known: Sequence[str]) -> tuple[str, ...]:
    if "architectures" not in fields:
        return ()
    chosen = fields["architectures"].distinct(_architecture)
    for name in chosen:
        # With a misspelt one, an architecture would lack, for example, its security updates.
        if name not in known:
            raise fields["architectures"].error(
                f'"{name}" is none of the architectures of this manifest',
                did_you_mean(name, known) or f"Those are: {', '.join(known)}.",
            )
    return chosen


def _suite(node: Node) -> str:
    return node.text() if node.text() in ("/", "./") else _path_word(node)


def _path_word(node: Node) -> str:
    text = node.text()
    if not _PATH_WORD.fullmatch(text) or ".." in text:
        raise node.error(f'"{text}" cannot be part of an archive\'s path')
    return text


def _mirror(node: Node) -> str:
    text = node.text()
    if not matches("mirror", text):
        if _USER.match(text):
            # Every reader of the lock would see the password.
            raise node.error(
                "a mirror's URL must not hold a user name or a password",
                "Put them into ~/.netrc, or name the mirror in PLINTH_MIRRORS.",
            )
        raise node.error(
            f"{shown(text)} is not a mirror",
            'Write an http, https or file URL, percent-encoded, or "snapshot".',
        )
    return text.rstrip("/")


_ARCHIVE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PATH_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._~/-]*")
_STAMP = re.compile(r"\d{8}T\d{6}Z")
_ARCHITECTURE = re.compile(r"[a-z0-9][a-z0-9-]*")
_USER = re.compile(r"\w+://[^/?#]*@")
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
