"""Who signed an ``InRelease`` file, and exactly which bytes they signed.

The steps, in the order in which trust grows:

1. The file must be one clearsigned message and nothing else (RFC 9580 §7).
2. Signatures that are weak, expired, or by a key that is, are left out (``key_policy``).
3. At least one of the others must be good and made by a key that the manifest trusts.
4. Only the signed bytes are handed on.

Signatures are verified by pysequoia. Where that cannot be imported (the bootstrap on a bare
machine) the host's ``gpgv`` or ``sqv`` verifies the same bytes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tools.errors import is_clock_right
from tools.lock.archive.armor import decode_armor, split_signatures
from tools.lock.archive.key_policy import is_known, why_refused
from tools.lock.archive.packets import (
    PacketError,
    read_certificates,
    read_signature,
    split_packets,
)
from tools.lock.archive.signature_error import (
    SignatureError,
    broken,
    not_a_key,
    tampered,
    unknown_signer,
)

LARGEST_SIGNED_BYTES = 10_000_000
"""Most bytes of an ``InRelease``, ``Release`` or ``Release.gpg``; Debian's are below 300 kB."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Public keys that are trusted for one archive.

    Attributes:
        names: what the manifest calls them, for messages.
        certificates: OpenPGP certificates in binary form, one after the other.
    """

    names: tuple[str, ...]
    certificates: bytes


@dataclass(frozen=True, slots=True)
class SignedText:
    """The signed bytes of a message, and who signed them.

    Attributes:
        body: what was signed.
        signers: fingerprints (upper case) of the trusted certificates with a good signature,
            sorted.
    """

    body: bytes
    signers: tuple[str, ...]


def read_keyring(names: tuple[str, ...], directory: str) -> Keyring:
    """Load the keys that a manifest names.

    Args:
        names: of keys that ship with Plinth (``debian-13``), or paths of key files, armored or
            binary, when they contain a slash or end in ``.asc``, ``.gpg`` or ``.pgp``; or armored
            keys themselves.
        directory: that paths are relative to.

    Raises:
        SignatureError: a key is not there, or is not an OpenPGP key.
    """
    certificates = b""
    for name in names:
        if name.lstrip().startswith(_BEGIN_KEY.decode()):
            certificates += dearmor(name.encode(), "in the manifest")
            continue
        is_path = "/" in name or name.endswith((".asc", ".gpg", ".pgp"))
        path = os.path.join(directory, name) if is_path else os.path.join(_KEYS, f"{name}.asc")
        try:
            with open(path, "rb") as file:
                certificates += dearmor(file.read(), name)
        except OSError as error:
            shipped = ", ".join(sorted(entry.removesuffix(".asc") for entry in os.listdir(_KEYS)))
            raise SignatureError(
                f'key "{name}"',
                f"cannot read it: {error.strerror}",
                f"Keys that ship with Plinth: {shipped}. Others are named by the path of a file, "
                "relative to the manifest.",
            ) from None
    shown = tuple("a key in the manifest" if "\n" in name else name for name in names)
    return Keyring(shown, certificates)


def verify(message: bytes, keyring: Keyring, where: str) -> SignedText:
    """Check a clearsigned message.

    Args:
        message: the whole file.
        keyring: the keys to trust.
        where: the URL it came from, for messages.

    Raises:
        SignatureError: not one clearsigned message, or no good signature by a trusted key, or
            nothing is installed that could check it.
    """
    _check_size(message, where)
    body, signature = split_clearsigned(message, where)
    return _verify(body, signature, keyring, where, "there is no signature in it")


def verify_detached(data: bytes, signature: bytes, keyring: Keyring, where: str) -> SignedText:
    """Check a file whose signatures are in a file of their own, armored or binary.

    Args:
        data: the signed file.
        signature: the other one.
        keyring: the keys to trust.
        where: the URL of the signed file, for messages.

    Raises:
        SignatureError: as for :func:`verify`.
    """
    _check_size(data, where)
    _check_size(signature, where)
    return _verify(data, signature, keyring, where, "its .gpg file holds no signature")


def split_clearsigned(message: bytes, where: str) -> tuple[bytes, bytes]:
    """Take a clearsigned message apart: the text that is signed, and the armored signature.

    Raises:
        SignatureError: it is not exactly one clearsigned message. Anything before, after or
            between its parts would be bytes that no key signed.
    """
    lines = message.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    if not lines or lines[0].rstrip() != _BEGIN_MESSAGE:
        raise SignatureError(
            where,
            "this is not a signed file (it does not start as one)",
            "Is it a mirror's error page, or a proxy's login page? Open the URL and look.",
        )
    try:
        blank = lines.index(b"")
        begin = lines.index(_BEGIN_SIGNATURE)
        end = lines.index(_END_SIGNATURE)
    except ValueError:
        raise broken(where, "it is cut short") from None
    headers = lines[1:blank]
    if not blank < begin < end or not all(header.startswith(b"Hash: ") for header in headers):
        raise broken(where, "its parts are out of order")
    if end != len(lines) - 1:
        raise broken(where, "there are bytes after the signature")
    body = []
    for line in lines[blank + 1 : begin]:
        if line.startswith(b"-") and not line.startswith(b"- "):
            raise broken(where, "there is a second message inside")
        # RFC 9580 §7.2: "- " is an escape; blanks at the end of a line are not signed.
        body.append(line.removeprefix(b"- ").rstrip(b" \t"))
    return b"\n".join(body), b"\n".join(lines[begin : end + 1]) + b"\n"


def dearmor(data: bytes, name: str) -> bytes:
    """Return the binary form of armored OpenPGP blocks; binary data as it is.

    Raises:
        SignatureError: the armor is broken, or there is no key in it.
    """
    decoded = decode_armor(data, _BEGIN_KEY, _END_KEY)
    if not decoded:
        raise not_a_key(name)
    return decoded


_KEYS = os.path.join(os.path.dirname(__file__), os.pardir, "keys")
_BEGIN_MESSAGE = b"-----BEGIN PGP SIGNED MESSAGE-----"
_BEGIN_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
_END_SIGNATURE = b"-----END PGP SIGNATURE-----"
_BEGIN_KEY = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
_END_KEY = b"-----END PGP PUBLIC KEY BLOCK-----"


def _check_size(data: bytes, where: str) -> None:
    if len(data) > LARGEST_SIGNED_BYTES:
        raise broken(where, f"it is larger than {LARGEST_SIGNED_BYTES // 1_000_000} MB")


def _verify(
    text: bytes, signature: bytes, keyring: Keyring, where: str, without: str
) -> SignedText:
    packets = list(split_signatures(decode_armor(signature, _BEGIN_SIGNATURE, _END_SIGNATURE)))
    if not packets:
        raise broken(where, without)
    packets = _believable(packets, keyring, where)
    try:
        import pysequoia  # noqa: F401, PLC0415  (absent on a bare machine)
    except ModuleNotFoundError:
        signers = _verify_with_host(text, b"".join(packets), keyring, where)
    else:
        signers = _verify_packets(text, packets, keyring, where)
    return SignedText(text, tuple(sorted(set(signers))))


def _believable(packets: Sequence[bytes], keyring: Keyring, where: str) -> list[bytes]:
    """Return the signatures that the policy allows, if they turn out to be good."""
    try:
        certificates = read_certificates(keyring.certificates)
    except PacketError:
        raise not_a_key(", ".join(keyring.names)) from None
    believable = []
    problems: list[str] = []
    unknown: list[str] = []
    timely = True
    for packet in packets:
        try:
            ((_, body),) = split_packets(packet)
            signature = read_signature(body)
        except PacketError as error:
            problems.append(f"its signature cannot be read: {error}")
            continue
        problem = why_refused(signature, certificates, time.time())
        if not is_known(signature, certificates):
            unknown += signature.issuers[:1]
        elif problem:
            problems.append(problem)
            timely &= bool(why_refused(signature, certificates, float(signature.created or 0)))
        else:
            believable.append(packet)
    if not believable and problems:
        raise SignatureError(
            where,
            f"{problems[0]} (keys: {', '.join(keyring.names)})",
            ("" if timely else f"{is_clock_right()} ")
            + "If the archive has a newer key, put that one under keys: in the manifest. Otherwise "
            "report it to its owner, and use another mirror.",
        )
    if not believable:
        raise unknown_signer(where, keyring, unknown)
    return believable


def _verify_packets(
    data: bytes, packets: Sequence[bytes], keyring: Keyring, where: str
) -> list[str]:
    import pysequoia  # noqa: PLC0415

    try:
        certificates = pysequoia.Cert.split_bytes(keyring.certificates)
    except RuntimeError:
        raise not_a_key(", ".join(keyring.names)) from None
    wanted: list[str] = []
    signers: list[str] = []

    def trusted(identifiers: list[str]) -> list[pysequoia.Cert]:
        wanted.extend(identifiers)
        return certificates

    # One by one: one good signature is enough, whatever the others are.
    for packet in packets:
        with contextlib.suppress(RuntimeError):
            signature = pysequoia.Sig.from_bytes(packet)
            verified = pysequoia.verify(data, trusted, signature=signature)
            signers += [each.certificate.upper() for each in verified.valid_sigs]
    if not signers:
        raise _refused(where, keyring, wanted)
    return signers


def _refused(where: str, keyring: Keyring, wanted: list[str]) -> SignatureError:
    from pysequoia.packet import PacketPile  # noqa: PLC0415

    packets = PacketPile.from_bytes(keyring.certificates)
    known = {packet.fingerprint for packet in packets if packet.fingerprint}
    # A signature names its key by fingerprint, or by the last digits of it.
    if any(fingerprint.endswith(name) for name in wanted for fingerprint in known):
        return tampered(where, keyring)
    return unknown_signer(where, keyring, wanted)


def _verify_with_host(body: bytes, signature: bytes, keyring: Keyring, where: str) -> list[str]:
    program = next(filter(None, map(shutil.which, ("gpgv", "sqv"))), None)
    if program is None:
        raise SignatureError(
            where,
            "nothing here can check its signature",
            "Install gpgv or sqv (Debian packages of these names), or the Python module pysequoia.",
        )
    with tempfile.TemporaryDirectory(prefix="plinth-verify-") as directory:
        paths = {}
        for name, data in (
            ("keyring.gpg", keyring.certificates),
            ("signature.asc", signature),
            ("text", body),
        ):
            paths[name] = os.path.join(directory, name)
            with open(paths[name], "wb") as file:
                file.write(data)
        status = []
        if os.path.basename(program) == "gpgv":
            # sqv and pysequoia refuse these by themselves.
            status = ["--status-fd", "1", "--weak-digest", "SHA1", "--weak-digest", "RIPEMD160"]
        keyring_option = ["--keyring", paths["keyring.gpg"]]
        result = subprocess.run(
            [program, *status, *keyring_option, paths["signature.asc"], paths["text"]],
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # Notations in a signature are any bytes.
            check=False,
            env={**os.environ, "LC_ALL": "C", "GNUPGHOME": directory},
        )
    lines = [
        line.removeprefix("[GNUPG:] ").split() for line in result.stdout.split("\n") if line.strip()
    ]
    if not status:
        # sqv prints the certificate's fingerprint for each good signature, and no reason in a
        # form meant for programs when there is none.
        signers = [line[0] for line in lines if len(line) == 1 and len(line[0]) >= 40]
        if result.returncode != 0 or not signers:
            raise SignatureError(
                where,
                "bad signature, or one by a key that the manifest does not trust "
                f"(keys: {', '.join(keyring.names)})",
                "Use another mirror. If the archive has a new key, add it under keys: in the "
                "manifest.",
            )
        return [signer.upper() for signer in signers]
    # GnuPG doc/DETAILS: the last word of VALIDSIG is the primary key's fingerprint. gpgv's exit
    # status is no help: it also fails when one of several keys is not known.
    signers = []
    verdict = ""
    for line in lines:
        # What precedes VALIDSIG says whether the key, or the signature, has expired or is revoked.
        verdict = line[0] if line[0] in {"GOODSIG", *_UNUSABLE} else verdict
        if line[0] == "VALIDSIG" and verdict == "GOODSIG":
            signers.append(line[-1])
    if any(line[0] == "BADSIG" for line in lines):
        raise tampered(where, keyring)
    if not signers and verdict in _UNUSABLE:
        raise SignatureError(
            where,
            f"{_UNUSABLE[verdict]} (keys: {', '.join(keyring.names)})",
            "If the archive has a newer key, put that one under keys: in the manifest.",
        )
    if not signers:
        missing = [line[1] for line in lines if line[0] == "NO_PUBKEY"]
        raise unknown_signer(where, keyring, missing)
    return [signer.upper() for signer in signers]


# GnuPG doc/DETAILS: what gpgv prints in place of GOODSIG.
_UNUSABLE = {
    "EXPSIG": "its signature has expired",
    "EXPKEYSIG": "the key that signed it has expired",
    "REVKEYSIG": "the key that signed it is revoked",
}
