"""Writes a Java trust store in the JKS format, version 2.

The format has no specification but its implementation, ``sun.security.provider.JavaKeyStore``. The
digest at its end is keyed with a well-known password: it detects damage, not tampering.
"""

from __future__ import annotations

from struct import pack

from tools.errors import PlinthError
from tools.tar.digest import sha1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

PASSWORD = "changeit"  # noqa: S105 - what every Java expects of cacerts
"""The password of every trust store that ships with a Java runtime."""

_MAGIC, _VERSION, _TRUSTED_CERTIFICATE = 0xFEEDFEED, 2, 2
_SALT = b"Mighty Aphrodite"


def write_jks(
    certificates: Iterable[tuple[str, bytes]], *, date_ms: int = 0, password: str = PASSWORD
) -> bytes:
    """Write a trust store.

    Args:
        certificates: alias and DER each. Java compares aliases in lower case.
        date_ms: the creation date of every entry, in milliseconds since 1970.
        password: of the store.

    Raises:
        PlinthError: two certificates have one alias.
    """
    parts = []
    aliases = set()
    for alias, der in certificates:
        name = alias.lower()
        if name in aliases:
            raise PlinthError(f"Java key store: the alias {name!r} is there twice")
        aliases.add(name)
        parts += [pack(">I", _TRUSTED_CERTIFICATE), _utf(name), pack(">Q", date_ms)]
        parts += [_utf("X.509"), pack(">I", len(der)), der]
    body = pack(">III", _MAGIC, _VERSION, len(aliases)) + b"".join(parts)
    check = sha1(password.encode("utf-16-be") + _SALT + body, usedforsecurity=False)
    return body + check.digest()


def _utf(text: str) -> bytes:
    """``java.io.DataOutput.writeUTF``: UTF-16 units, each as UTF-8; zero as two bytes."""
    units = text.encode("utf-16-be", "surrogatepass")
    encoded = b"".join(
        chr(units[at] << 8 | units[at + 1]).encode("utf-8", "surrogatepass")
        for at in range(0, len(units), 2)
    ).replace(b"\0", b"\xc0\x80")
    return pack(">H", len(encoded)) + encoded
