"""Names of what a registry holds: repositories, tags and digests.

OCI Distribution Specification v1.1, "Pulling manifests", has the grammar of names, tags and
digests. A registry is always named: there is no default one.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from tools.errors import FormatError

_NAME = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of a registry.

    Attributes:
        registry: host and perhaps port: ``localhost:5000``.
        name: path in the registry: ``team/app``.
    """

    registry: str
    name: str

    def __str__(self) -> str:
        return f"{self.registry}/{self.name}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A repository, and perhaps a tag or a digest in it; the digest decides if both are there."""

    repository: Repository
    tag: str = ""
    digest: str = ""


def parse_reference(text: str) -> Reference:
    """Read ``HOST[:PORT]/NAME[:TAG][@DIGEST]``.

    Raises:
        FormatError: not of that form.
    """
    rest, at, digest = text.partition("@")
    if at:
        check_digest(digest)
    head, slash, last = rest.rpartition("/")
    last, colon, tag = last.partition(":")
    if colon:
        check_tag(tag)
    return Reference(parse_repository(head + slash + last), tag, digest)


def parse_repository(text: str) -> Repository:
    """Read ``HOST[:PORT]/NAME``.

    Raises:
        FormatError: not of that form; a name without a host is refused rather than guessed.
    """
    host, slash, name = text.partition("/")
    if not slash or not (host == "localhost" or "." in host or ":" in host):
        raise FormatError(
            "repository",
            text,
            "the registry is missing\n  write HOST/NAME: registry.example/team/app",
        )
    if not _HOST.fullmatch(host):
        raise FormatError("repository", text, f"{host!r} is not a host")
    if not _NAME.fullmatch(name):
        raise FormatError(
            "repository",
            text,
            f"{name!r} is not a name\n  use a-z and 0-9, with single . _ - / between them",
        )
    return Repository(host.lower(), name)


def check_tag(tag: str) -> str:
    """Return the tag.

    Raises:
        FormatError: the spec allows no such tag.
    """
    if not _TAG.fullmatch(tag):
        raise FormatError("tag", tag, "use up to 128 of A-Z a-z 0-9 _ . - and begin with no . or -")
    return tag


def check_digest(digest: str) -> str:
    """Return the digest.

    Raises:
        FormatError: it is none, or not of sha256.
    """
    if not _DIGEST.fullmatch(digest):
        raise FormatError("digest", digest, "write sha256: and 64 hexadecimal digits")
    return digest


def is_loopback(registry: str) -> bool:
    """Return whether a registry is on this machine, so that no one can listen on the way."""
    host = (
        registry[1:].partition("]")[0] if registry.startswith("[") else registry.partition(":")[0]
    )
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
