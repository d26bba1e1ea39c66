"""Real keys and signatures over a Release file, with what is wrong with each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.openpgp.openpgp import Gpg
from tools.lock.archive.packets import PUBLIC_SUBKEY, SIGNATURE, split_packets

INDEX = b"Package: app\nVersion: 1\nArchitecture: all\n"
RELEASE = (
    "Origin: Tiny\nSuite: tiny\nCodename: tiny\nArchitectures: amd64\n"
    "Date: Mon, 01 Jan 2024 00:00:00 UTC\n"
    f"SHA256:\n {hashlib.sha256(INDEX).hexdigest()} {len(INDEX)} Packages\n"
)
TEXT = RELEASE.encode()
DIGESTS = {
    "SHA1": 160,
    "RIPEMD160": 160,
    "SHA224": 224,
    "SHA256": 256,
    "SHA384": 384,
    "SHA512": 512,
}
REASONS = ("", ": compromised", ": superseded", ": retired")  # in gpg's order


@dataclass(frozen=True)
class Case:
    """A message, the keys that are trusted, and what is wrong with it; nothing if it is good."""

    keys: bytes
    message: bytes
    problem: str = ""


def strengths(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Every kind of key with every hash that gpg lets it use."""
    weak = {
        "rsa1024": "the key that signed it is weak (RSA of 1024 bits)",
        "dsa1024": "the key that signed it is weak (DSA)",
        "dsa2048": "the key that signed it is weak (DSA)",
    }
    for algorithm in (
        "rsa1024",
        "rsa2048",
        "rsa3072",
        "dsa1024",
        "dsa2048",
        "ed25519",
        "nistp256",
        "nistp384",
    ):
        key = gpg.make_key(algorithm, algorithm)
        for digest, bits in DIGESTS.items():
            if bits < {"dsa2048": 256, "nistp256": 256, "nistp384": 384}.get(algorithm, 0):
                continue
            problem = weak.get(algorithm, "")
            if digest in {"SHA1", "RIPEMD160", "SHA224"}:
                problem = "its signature uses a weak hash"
            message = gpg.sign(TEXT, key, options=("--digest-algo", digest))
            yield f"{algorithm} {digest}", Case(gpg.public(key), message, problem)


def revocations(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Keys and subkeys that are revoked for any reason, before and after they signed."""
    for reason, words in enumerate(REASONS):
        key = gpg.make_key(f"revoked{reason}", "ed25519")
        before, after = (gpg.sign(TEXT, key, at=day) for day in ("2024-01-01", "2025-01-01"))
        gpg.revoke(key, reason)
        problem = f"the key that signed it is revoked{words} ("
        yield f"revoked {reason}, signed before", Case(gpg.public(key), before, problem)
        yield f"revoked {reason}, signed after", Case(gpg.public(key), after, problem)
        primary = gpg.make_key(f"sub{reason}", "ed25519")
        subkey = gpg.add_subkey(primary, "ed25519", "sign")
        by_subkey, by_primary = gpg.sign(TEXT, f"{subkey}!"), gpg.sign(TEXT, f"{primary}!")
        gpg.revoke(primary, reason, subkey=1)
        public = gpg.public(primary)
        yield f"subkey revoked {reason}", Case(public, by_subkey, problem)
        yield f"subkey revoked {reason}, signed by the primary key", Case(public, by_primary)
        gpg.revoke(primary, reason)
        yield f"primary and subkey revoked {reason}", Case(gpg.public(primary), by_subkey, problem)


def times(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Keys and signatures that have expired, or are of another time."""
    expired = "the key that signed it has expired"
    key = gpg.make_key("expired", "ed25519", expiry="2024-06-01")
    message = gpg.sign(TEXT, key)
    yield "expired key, signed before", Case(gpg.public(key), message, expired)
    gpg.run("--quick-set-expire", key, "0", at="2024-05-01")
    # gpg replaces what the key said of itself, so nothing says that it was a key before that day.
    older = "its signature is older than every self-signature of its key"
    yield "prolonged key, signed before", Case(gpg.public(key), message, older)
    message = gpg.sign(TEXT, key, at="2024-05-03")
    yield "prolonged key, signed after", Case(gpg.public(key), message)
    gpg.run("--quick-set-expire", key, "2025-01-01", at="2024-05-02")
    yield "prolonged key that has expired", Case(gpg.public(key), message, expired)
    key = gpg.make_key("lasting", "ed25519", expiry="2090-01-01")
    for name, day, lifetime, problem in (
        ("of a key that will expire", "2024-01-01", "0", ""),
        ("that will expire", "2024-01-01", "2090-01-01", ""),
        ("that has expired", "2024-01-01", "2024-02-01", "its signature has expired"),
        ("from the future", "2080-01-01", "0", "its signature is from the future"),
        ("older than its key", "2022-01-01", "0", "its signature was made before its key existed"),
    ):
        message = gpg.sign(TEXT, key, at=day, options=("--default-sig-expire", lifetime))
        yield f"signature {name}", Case(gpg.public(key), message, problem)


def subkeys(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Signatures by subkeys."""
    for algorithm, problem in (
        ("ed25519", ""),
        ("rsa2048", ""),
        ("rsa3072", ""),
        ("rsa1024", "the key that signed it is weak (RSA of 1024 bits)"),
        ("dsa2048", "the key that signed it is weak (DSA)"),
    ):
        key = gpg.make_key(f"primary-{algorithm}", "ed25519", "cert")
        subkey = gpg.add_subkey(key, algorithm, "sign")
        yield f"subkey {algorithm}", Case(gpg.public(key), gpg.sign(TEXT, f"{subkey}!"), problem)
    key = gpg.make_key("short", "ed25519", "cert")
    subkey = gpg.add_subkey(key, "ed25519", "sign", "2024-06-01")
    expired = "the key that signed it has expired"
    yield "expired subkey", Case(gpg.public(key), gpg.sign(TEXT, f"{subkey}!"), expired)
    key = gpg.make_key("primary-expired", "ed25519", "cert", "2024-06-01")
    subkey = gpg.add_subkey(key, "ed25519", "sign")
    yield "subkey of an expired key", Case(gpg.public(key), gpg.sign(TEXT, f"{subkey}!"), expired)


def signers(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Messages with two signatures: one that is good is enough."""
    good, other, old, gone = (
        gpg.make_key(name, "rsa2048", expiry=expiry)
        for name, expiry in (("good", "0"), ("other", "0"), ("old", "2024-06-01"), ("gone", "0"))
    )
    messages = {
        pair: gpg.sign(TEXT, *pair)
        for pair in ((good, other), (good, old), (good, gone), (old, gone), (other, gone))
    }
    gpg.revoke(gone, 1)
    everybody = gpg.public(good, other, old, gone)
    yield "two good", Case(everybody, messages[good, other])
    yield "good and unknown", Case(gpg.public(good), messages[good, other])
    yield "good and expired", Case(everybody, messages[good, old])
    yield "good and revoked", Case(everybody, messages[good, gone])
    yield "expired and revoked", Case(everybody, messages[old, gone], "the key that signed it ")
    yield "unknown and revoked", Case(gpg.public(good, gone), messages[other, gone], "is revoked")
    yield (
        "unknown only",
        Case(gpg.public(old), messages[good, other], "the manifest does not trust"),
    )
    changed = messages[good, other].replace(b"Suite: tiny", b"Suite: evil")
    yield "changed text", Case(everybody, changed, "bad signature")


def packets_of_subkeys(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Certificates that no program makes: what a subkey says of its primary key has gone."""
    key = gpg.make_key("bound", "ed25519", "cert")
    subkey = gpg.add_subkey(key, "ed25519", "sign")
    message, public = gpg.sign(TEXT, f"{subkey}!"), gpg.public(key)
    yield "subkey with a back signature", Case(public, message)
    without = "the subkey that signed it has no signature over its primary key"
    yield "subkey without a back signature", Case(_without_embedded(public), message, without)
    other = gpg.make_key("thief", "ed25519", "cert")
    gpg.add_subkey(other, "ed25519", "sign")
    stolen = _with_subkey_of(gpg.public(other), public)
    claimed = "has a self-signature with a weak hash, or none"
    yield "subkey that another key has claimed", Case(stolen, message, claimed)


def self_signatures(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Keys with self-signatures of SHA-1."""
    weak = ("--cert-digest-algo", "SHA1", "--allow-weak-key-signatures")
    key = gpg.make_key("sha1", "rsa2048", options=weak)
    problem = "the key that signed it has a self-signature with a weak hash"
    yield "SHA-1 self-signature", Case(gpg.public(key), gpg.sign(TEXT, key), problem)
    primary = gpg.make_key("sha1-binding", "rsa2048", "cert")
    subkey = gpg.add_subkey(primary, "rsa2048", "sign", options=weak)
    message = gpg.sign(TEXT, f"{subkey}!")
    yield "SHA-1 binding of a subkey", Case(gpg.public(primary), message, problem)


def forms(gpg: Gpg) -> Iterator[tuple[str, Case]]:
    """Messages of any form that is allowed, or nearly."""
    key = gpg.make_key("forms", "ed25519")
    public, message = gpg.public(key), gpg.sign(TEXT, key)
    begin, end = b"-----BEGIN PGP SIGNATURE-----\n", b"-----END PGP SIGNATURE-----\n"
    text, _, signature = message.partition(begin)
    head, _, body = text.partition(b"\n\n")
    lines = signature.split(b"\n")
    checksum = next(line for line in lines if line.startswith(b"="))
    policy = TEXT + b"NotAutomatic: yes\nButAutomaticUpgrades: yes\nLabel: x\n"
    for name, changed, problem in (
        ("as gpg writes it", message, ""),
        ("fields that choose packages", gpg.sign(policy, key), ""),
        ("no checksum of the armor", message.replace(checksum + b"\n", b""), ""),
        ("comment in the armor", message.replace(begin, begin + b"Comment: x\n"), ""),
        ("version in the armor", message.replace(begin, begin + b"Version: GnuPG v2\n"), ""),
        ("every line escaped", head + b"\n\n- " + body[:-1].replace(b"\n", b"\n- ") + b"\n"
            + begin + signature, ""),
        ("lines that end in blanks", message.replace(b"Suite: tiny\n", b"Suite: tiny  \n"), ""),
        ("line ends of Windows", message.replace(b"\n", b"\r\n"), ""),
        ("blank lines at the end", message + b"\n\n", "bytes after the signature"),
        ("text before", b"Origin: Evil\n" + message, "it does not start as one"),
        ("blank line before", b"\n" + message, "it does not start as one"),
        ("text after", message + b"Origin: Evil\n", "bytes after the signature"),
        ("two messages", message + message, "bytes after the signature"),
        ("message in a message", head + b"\n\n" + message + begin + signature, "bytes after"),
        ("two signature blocks", message + begin + signature, "bytes after the signature"),
        ("text between two blocks", message + b"x\n" + begin + signature, "bytes after"),
        ("comment next to Hash", message.replace(head, head + b"\nComment: x"), "out of order"),
        ("field next to Hash", message.replace(head, head + b"\nOrigin: Evil"), "out of order"),
        ("line that should be escaped", head + b"\n\n-x: y\n" + body + begin + signature, "second"),
        ("added field", message.replace(b"Origin: ", b"Label: x\nOrigin: "), "bad signature"),
        ("armor of another kind", message.replace(b"PGP SIGNATURE", b"PGP MESSAGE"), "cut short"),
        ("damaged armor", message.replace(lines[1], lines[1][:-2] + b"??"), "no signature in it"),
        ("no signature in the armor", text + begin + b"\n" + end, "there is no signature in it"),
        ("cut in the armor", message[: -len(end) - 10], "cut short"),
        ("empty", b"", "it does not start as one"),
        ("no signature", TEXT, "it does not start as one"),
    ):  # fmt: skip
        yield f"form: {name}", Case(public, changed, problem)


KINDS = (
    strengths,
    revocations,
    times,
    subkeys,
    packets_of_subkeys,
    self_signatures,
    signers,
    forms,
)


def make_cases(gpg: Gpg) -> dict[str, Case]:
    """Make the table, by name."""
    return {name: case for kind in KINDS for name, case in kind(gpg)}


def _packet(kind: int, body: bytes) -> bytes:
    """Return a packet of the old format, as gpg writes them (RFC 9580 4.2.2)."""
    return bytes([0x80 | kind << 2 | 1]) + len(body).to_bytes(2) + body


def _without_embedded(certificate: bytes) -> bytes:
    """Return a certificate whose bindings have lost what is not signed: the back signatures."""
    changed = b""
    for kind, body in split_packets(certificate):
        if kind == SIGNATURE:
            end = 6 + int.from_bytes(body[4:6])
            size = int.from_bytes(body[end : end + 2])
            body = body[:end] + bytes(2) + body[end + 2 + size :]  # noqa: PLW2901
        changed += _packet(kind, body)
    return changed


def _with_subkey_of(certificate: bytes, other: bytes) -> bytes:
    """Return a certificate with the subkey, and its binding, of another one."""
    packets = list(split_packets(other))
    start = next(at for at, (kind, _) in enumerate(packets) if kind == PUBLIC_SUBKEY)
    return certificate + b"".join(_packet(*packet) for packet in packets[start:])
