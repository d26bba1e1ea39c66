"""OpenPGP packets of certificates and signatures, read and not verified (RFC 9580 §4, §5).

What this reads can only lead to a refusal. Whether a signature is good, a verifier decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.errors import PlinthError

SIGNATURE, PUBLIC_KEY, USER_ID, PUBLIC_SUBKEY = 2, 6, 13, 14

_LARGEST_KEY = 0xFFFF  # its fingerprint has two bytes for the length (RFC 9580 §5.5.4.2)


class PacketError(PlinthError):
    """Packets are broken; the caller knows whose they are."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature packet of version 4; of another version, only that is known.

    Attributes:
        version: of the packet.
        kind: what is signed (RFC 9580 §5.2.1).
        hash_algorithm: number of the hash (§9.5).
        created: seconds since 1970; none if it does not say.
        lifetime: seconds that it is valid; 0 for ever.
        key_lifetime: seconds that the key is valid; 0 for ever.
        issuers: fingerprints and key IDs of who made it, upper case.
        flags: what the key may be used for (§5.2.3.29); none if it does not say.
        reason: why the key is revoked; none if it does not say.
        embedded: kinds of the signatures in it.
    """

    version: int
    kind: int = -1
    hash_algorithm: int = 0
    created: int | None = None
    lifetime: int = 0
    key_lifetime: int = 0
    issuers: tuple[str, ...] = ()
    flags: int | None = None
    reason: int | None = None
    embedded: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key or a subkey.

    Attributes:
        fingerprint: upper case.
        created: seconds since 1970.
        algorithm: its number (RFC 9580 §9.1).
        bits: size of the modulus; 0 for what has none.
        signatures: those that follow it, also those over its user IDs.
    """

    fingerprint: str
    created: int
    algorithm: int
    bits: int
    signatures: list[Signature] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A primary key with its subkeys."""

    primary: Key
    subkeys: list[Key] = field(default_factory=list)


def read_certificates(data: bytes) -> list[Certificate]:
    """Return the certificates of a binary keyring, as far as their keys are of version 4.

    Raises:
        PacketError: the packets are broken.
    """
    certificates: list[Certificate] = []
    primary: Key | None = None
    key: Key | None = None
    for kind, body in split_packets(data):
        if kind == PUBLIC_KEY:
            primary = key = _read_key(body)
            if primary:
                certificates.append(Certificate(primary))
        elif kind == PUBLIC_SUBKEY:
            key = _read_key(body)
            if primary and key:
                certificates[-1].subkeys.append(key)
        elif kind == SIGNATURE and key:
            key.signatures.append(read_signature(body))
    return certificates


def split_packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the body of each packet (RFC 9580 §4.2).

    Raises:
        PacketError: a packet is cut short, or has a length that keys and signatures do not have.
    """
    start = 0
    while start < len(data):
        tag = data[start]
        if not tag & 0x80:
            raise PacketError("this is no OpenPGP packet")
        if tag & 0x40:  # The current format.
            kind = tag & 0x3F
            size, start = _read_length(data, start + 1)
        else:  # The legacy format, which gpg still writes.
            kind = (tag >> 2) & 0x0F
            width = (1, 2, 4, 0)[tag & 3]
            if not width:
                raise PacketError("a packet has no length")
            size, start = int.from_bytes(_take(data, start + 1, width)), start + 1 + width
        yield kind, _take(data, start, size)
        start += size


def read_signature(body: bytes) -> Signature:
    """Read the body of a signature packet (RFC 9580 §5.2.3).

    Only hashed subpackets count, except for the issuer, which is a hint.

    Raises:
        PacketError: it is cut short.
    """
    version = _take(body, 0, 1)[0]
    if version != 4:
        return Signature(version)
    kind, _, hash_algorithm = _take(body, 1, 3)
    size = int.from_bytes(_take(body, 4, 2))
    hashed = list(_subpackets(_take(body, 6, size)))
    rest = 6 + size
    unhashed = list(_subpackets(_take(body, rest + 2, int.from_bytes(_take(body, rest, 2)))))
    # Of a subpacket that is there twice, the last counts (§5.2.3.9).
    values = dict(hashed)
    issuers = [
        value[1:].hex() if number == 33 else value.hex()
        for number, value in hashed + unhashed
        if number in {16, 33}
    ]
    embedded = [value[1] for number, value in hashed + unhashed if number == 32 and len(value) > 1]
    return Signature(
        version,
        kind,
        hash_algorithm,
        int.from_bytes(values[2]) if 2 in values else None,
        int.from_bytes(values.get(3, b"")),
        int.from_bytes(values.get(9, b"")),
        tuple(issuer.upper() for issuer in issuers),
        values[27][0] if values.get(27) else None,
        values[29][0] if values.get(29) else None,
        tuple(embedded),
    )


def _read_key(body: bytes) -> Key | None:
    if _take(body, 0, 1)[0] != 4:
        return None
    if len(body) > _LARGEST_KEY:
        raise PacketError("a key is larger than any is")
    prefix = b"\x99" + len(body).to_bytes(2)
    return Key(
        hashlib.sha1(prefix + body, usedforsecurity=False).hexdigest().upper(),
        int.from_bytes(_take(body, 1, 4)),
        algorithm := _take(body, 5, 1)[0],
        int.from_bytes(_take(body, 6, 2)) if algorithm in {1, 2, 3, 16, 17, 20} else 0,
    )


def _subpackets(data: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    while start < len(data):
        size, start = _read_length(data, start, partial=False)
        content = _take(data, start, size)
        if not content:
            raise PacketError("a subpacket is empty")
        yield content[0] & 0x7F, content[1:]
        start += size


def _read_length(data: bytes, start: int, *, partial: bool = True) -> tuple[int, int]:
    """Return a length (RFC 9580 §4.2.1, §5.2.3.7), and where what has it begins."""
    first = _take(data, start, 1)[0]
    if first < 192:
        return first, start + 1
    if first == 255:
        return int.from_bytes(_take(data, start + 1, 4)), start + 5
    if partial and first >= 224:
        raise PacketError("a packet comes in parts")
    return ((first - 192) << 8) + _take(data, start + 1, 1)[0] + 192, start + 2


def _take(data: bytes, start: int, size: int) -> bytes:
    if len(data) < start + size:
        raise PacketError("a packet is cut short")
    return data[start : start + size]
