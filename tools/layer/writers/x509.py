"""Reads the parts of X.509 that list certificates in a trust store.

RFC 5280 for the structure, X.690 for DER, RFC 7468 for PEM. Nothing here verifies a signature.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from tools.errors import PlinthError
from tools.tar.digest import sha1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_SEQUENCE, _SET, _UTF8_STRING, _VERSION = 0x30, 0x31, 0x0C, 0xA0
_STRINGS = {  # tag: encoding, of the types that OpenSSL compares without regard to case
    0x0C: "utf-8",
    0x13: "latin-1",  # PrintableString
    0x14: "latin-1",  # T61String, read as OpenSSL reads it
    0x16: "latin-1",  # IA5String
    0x1A: "latin-1",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
_SPACE = b" \t\n\v\f\r"


class CertificateError(PlinthError):
    """A file has no certificates."""


def read_pem(text: str, source: str) -> list[bytes]:
    """Take the certificates (DER) out of a PEM file, in order; whatever is between is ignored.

    Raises:
        CertificateError: there is none, or one is damaged.
    """
    certificates: list[bytes] = []
    rest = text
    while True:
        _, begin, rest = rest.partition(_BEGIN)
        if not begin:
            break
        body, end, rest = rest.partition(_END)
        try:
            der = a2b_base64("".join(body.split()))
            complete = bool(end) and _read(der, 0)[2] == len(der)
        except (ValueError, IndexError):
            complete = False
        if not complete:
            raise CertificateError(f"{source}: certificate {len(certificates) + 1} is damaged")
        certificates.append(der)
    if not certificates:
        raise CertificateError(f"{source}: holds no certificate\n  give a PEM file")
    return certificates


def write_pem(certificate: bytes) -> str:
    """Write one certificate in PEM, 64 characters a line."""
    text = b2a_base64(certificate, newline=False).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join((_BEGIN, *lines, _END, ""))


def subject_hash(certificate: bytes) -> str:
    """Return the name under which OpenSSL looks for a certificate in a directory.

    As ``openssl x509 -subject_hash`` prints it: SHA-1 over the canonical encoding of the subject,
    the first four bytes read as a little-endian number.

    Raises:
        CertificateError: not a certificate.
    """
    try:
        canonical = b"".join(_canonical_set(body) for body in _items(_subject(certificate), _SET))
    except (IndexError, ValueError) as error:
        raise CertificateError("not a certificate: its subject cannot be read") from error
    digest = sha1(canonical, usedforsecurity=False).digest()
    return f"{int.from_bytes(digest[:4], 'little'):08x}"


def _subject(certificate: bytes) -> bytes:
    _, start, _ = _read(certificate, 0)
    _, position, end = _read(certificate, start)
    fields = []
    while position < end:
        tag, start, following = _read(certificate, position)
        fields.append((tag, certificate[start:following]))
        position = following
    # [version], serialNumber, signature, issuer, validity, subject
    return fields[4 + (fields[0][0] == _VERSION)][1]


def _canonical_set(body: bytes) -> bytes:
    attributes = [_canonical_attribute(item) for item in _items(body, _SEQUENCE)]
    return _encode(_SET, b"".join(sorted(attributes)))  # X.690 11.6: a SET OF is sorted


def _canonical_attribute(body: bytes) -> bytes:
    _, _, end = _read(body, 0)
    kind, (tag, start, stop) = body[:end], _read(body, end)
    value = body[end:stop]
    if tag in _STRINGS:
        text = body[start:stop].decode(_STRINGS[tag]).encode()
        words = [word for word in _split_spaces(text) if word]
        value = _encode(_UTF8_STRING, b" ".join(words).lower())  # bytes.lower() is ASCII only
    return _encode(_SEQUENCE, kind + value)


def _split_spaces(text: bytes) -> list[bytes]:
    for character in _SPACE:
        text = text.replace(bytes((character,)), b" ")
    return text.split(b" ")


def _items(body: bytes, wanted: int) -> Iterator[bytes]:
    position = 0
    while position < len(body):
        tag, start, end = _read(body, position)
        if tag != wanted:
            raise ValueError(f"tag {tag:#x} instead of {wanted:#x}")
        yield body[start:end]
        position = end


def _read(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, start and end of the DER value at a position. IndexError when it is not all there."""
    tag, length, start = data[position], data[position + 1], position + 2
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > len(data):
        raise IndexError("beyond the end")
    return tag, start, start + length


def _encode(tag: int, body: bytes) -> bytes:
    length = len(body)
    if length < 0x80:
        return bytes((tag, length)) + body
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + body
