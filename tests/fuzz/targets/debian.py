"""Texts of Debian archives, and who signed them."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.target import Target, corpus
from tools.debian.control import parse_paragraph, parse_paragraphs, split_stanzas
from tools.debian.copyright import parse_licenses
from tools.debian.relation import format_group, parse_relations
from tools.debian.release import parse_date, parse_release
from tools.debian.version import Version
from tools.lock.archive.armor import decode_armor, split_signatures
from tools.lock.archive.key_policy import is_known, why_refused
from tools.lock.archive.packets import (
    SIGNATURE,
    read_certificates,
    read_signature,
    split_packets,
)
from tools.lock.archive.signature import dearmor, split_clearsigned
from tools.lock.archive.stanza_table import StanzaTable

_IN_RELEASE, _PACKAGES, _RELATIONS, _COPYRIGHT = corpus(
    "InRelease", "Packages", "relations", "copyright"
)
_RELEASE, _SIGNATURE = split_clearsigned(_IN_RELEASE, "InRelease")
_KEYS = tuple(
    Path("tools/lock/keys", f"{name}.asc").read_bytes() for name in ("ubuntu-2018", "debian-13")
)
_NOW = 1_780_000_000
_CERTIFICATES = read_certificates(dearmor(_KEYS[1], "key"))
_FIELDS = (
    b"\n\n",
    b"\nPackage: ",
    b"\nProvides: ",
    b"\n ",
    b": ",
    b"\n.",
    b"\nVersion:",
    b" (= 1)",
)
_ARMOR = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"-----BEGIN PGP SIGNATURE-----\n", b"- ", b"Hash: \n",
    b"-----END PGP SIGNATURE-----\n", b"\n=abcd\n", b"\n\n", b"=",
)  # fmt: skip


def _control(content: bytes, _: Path) -> None:
    for paragraph in parse_paragraphs(content):
        list(paragraph)
    for stanza in split_stanzas([content[:100], content[100:]]):
        parse_paragraph(stanza)


def _packages(content: bytes, _: Path) -> None:
    table = StanzaTable(content)
    for name in list(table.names())[:50]:
        table.stanzas(name)
        table.providers(name)


def _release(content: bytes, _: Path) -> None:
    parse_release(content)


def _date(content: bytes, _: Path) -> None:
    parse_date(content.decode("utf-8", "replace"))


def _relations(content: bytes, _: Path) -> None:
    for group in parse_relations(content.decode("utf-8", "replace")):
        format_group(group)


def _versions(content: bytes, _: Path) -> None:
    first, *others = content.decode("utf-8", "replace").split(" ", 1)
    assert isinstance(Version(first) < Version("".join(others)), bool)


def _in_release(content: bytes, _: Path) -> None:
    text, signature = split_clearsigned(content, "InRelease")
    parse_release(text)
    for binary in split_signatures(_decoded(signature)):
        _packets(binary)


def _decoded(signature: bytes) -> bytes:
    begin, end = (b"-----%s PGP SIGNATURE-----" % word for word in (b"BEGIN", b"END"))
    return decode_armor(signature, begin, end)


def _packets(binary: bytes) -> None:
    for tag, body in split_packets(binary):
        if tag == SIGNATURE:
            signature = read_signature(body)
            why_refused(signature, _CERTIFICATES, _NOW)
            is_known(signature, _CERTIFICATES)


def _signature(content: bytes, _: Path) -> None:
    _packets(content)


def _key(content: bytes, _: Path) -> None:
    read_certificates(dearmor(content, "key"))


def _binary_key(content: bytes, _: Path) -> None:
    certificates = read_certificates(content)
    for each in _SIGNATURES:
        why_refused(read_signature(next(split_packets(each))[1]), certificates, _NOW)


_SIGNATURES = tuple(split_signatures(_decoded(_SIGNATURE)))

TARGETS = (
    Target("control", _control, (_PACKAGES, _COPYRIGHT), _FIELDS),
    Target("packages", _packages, (_PACKAGES,), _FIELDS),
    Target("release", _release, (_RELEASE,), (*_FIELDS, b"\nSHA256:\n", b"\nDate: ", b" +0000")),
    Target("date", _date, (b"Wed, 25 Nov 2026 02:10:59 UTC", b"Sat, 1 Jan 2000 00:00:00 +0100")),
    Target("relations", _relations, (_RELATIONS,), (b"|", b",", b"(", b")", b"[!", b"<", b":any")),
    Target("versions", _versions, (b"1:2.3-4~rc1 1.0+b1", b"0 2.36-9"), (b"~", b":", b"-", b"+")),
    Target("copyright", lambda content, _: parse_licenses(content.decode("utf-8", "replace")),
           (_COPYRIGHT,), _FIELDS),
    Target("in_release", _in_release, (_IN_RELEASE,), _ARMOR),
    Target("signature", _signature, _SIGNATURES),
    Target("key", _key, _KEYS[:1], _ARMOR),
    Target("binary_key", _binary_key, tuple(dearmor(key, "key") for key in _KEYS)),
)  # fmt: skip
