"""The authorities that Bazel trusts: the host's bundle of CA certificates, or else Debian's."""

from __future__ import annotations

import binascii
import hashlib
import os
from collections.abc import Mapping

from tools.bootstrap.layout import CA_BUNDLE, TRUST_STORE
from tools.errors import PlinthError
from tools.layer.writers.java_keystore import write_jks

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora and similar systems
    "/etc/ssl/ca-bundle.pem",  # SUSE
)


class BundleError(PlinthError):
    """A bundle of CA certificates cannot be read.

    Attributes:
        path: of the bundle.
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(
            f"{path}: {problem}\n  Point SSL_CERT_FILE at a file of PEM certificates, or unset it."
        )


def renew_trust(directory: str, environment: Mapping[str, str]) -> None:
    """Make Bazel's copy of the bundle again, for OpenSSL and for Java, and record its origin.

    The note, ``DIRECTORY/trusted``, holds the bundle's path and has its time stamp. It is written
    last, and shows that the directory is complete.

    Raises:
        BundleError: the bundle holds no certificate.
    """
    path = find_bundle(environment)
    root = os.path.join(directory, "root")
    modified_ns = 0
    if os.path.exists(path):
        modified_ns = os.stat(path).st_mtime_ns
        text = _read(path)
    elif path == environment.get("SSL_CERT_FILE"):
        raise BundleError(path, "it is not there")
    else:
        text = _packaged(os.path.join(root, "usr/share/ca-certificates"))
    _replace(os.path.join(root, CA_BUNDLE), text)
    _replace(os.path.join(root, TRUST_STORE), _java_trust_store(certificates(text, path)))
    _replace(os.path.join(directory, "trusted"), path.encode() + b"\n", modified_ns)


def find_bundle(environment: Mapping[str, str]) -> str:
    """Return the path of the host's bundle; the usual path, if there is none."""
    named = environment.get("SSL_CERT_FILE")
    if named:
        return named
    return next((path for path in _BUNDLES if os.path.exists(path)), _BUNDLES[0])


def certificates(pem: bytes, path: str) -> list[bytes]:
    """Return the certificates of a bundle in DER form, each once.

    Raises:
        BundleError: there is none, or one that is not base64.
    """
    found = []
    for block in pem.split(_BEGIN)[1:]:
        body, end, _ = block.partition(_END)
        try:
            if not end:
                raise BundleError(path, "its last certificate is cut short")
            found.append(binascii.a2b_base64(body))
        except binascii.Error as error:
            raise BundleError(path, f"certificate {len(found) + 1}: {error}") from None
    if not found:
        raise BundleError(path, "it holds no certificate")
    return list(dict.fromkeys(found))


_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"


def _java_trust_store(trusted: list[bytes]) -> bytes:
    return write_jks(
        (hashlib.sha256(certificate).hexdigest(), certificate) for certificate in trusted
    )


def _packaged(directory: str) -> bytes:
    """All certificates of the package ca-certificates."""
    paths = [
        os.path.join(place, name)
        for place, _, names in os.walk(directory)
        for name in names
        if name.endswith(".crt")
    ]
    return b"".join(_read(path) for path in sorted(paths))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise BundleError(path, error.strerror or str(error)) from None


def _replace(path: str, content: bytes, modified_ns: int | None = None) -> None:
    """Write a file atomically, because Bazel may be reading the old one."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "wb") as file:
        file.write(content)
    if modified_ns is not None:
        os.utime(path + ".new", ns=(modified_ns, modified_ns))
    os.replace(path + ".new", path)
