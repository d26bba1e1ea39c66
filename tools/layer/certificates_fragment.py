"""The verb ``certificates-fragment``: the certificates that programs in the image trust.

One bundle, as update-ca-certificates writes it. When asked, also one file for each certificate,
under the name by which OpenSSL finds it in a directory. They are not made by default: a program
that reads the whole directory would parse each certificate twice.

Its keys:
    deb?                the ca-certificates .deb; its copyright and status.d entry come along
    package?            the lock's facts of that package; needed with deb
    certificate*?       PEM files to trust as well
    bundle?             path of the bundle, default etc/ssl/certs/ca-certificates.crt; false for a
                        keystore alone: no bundle, no links, and nothing of the package itself
    hashed_links?       bool, default false: also <subject hash>.0 next to the bundle, with one
                        certificate each
    openssl_directory?  e.g. "usr/lib/ssl": also cert.pem and certs links there, where OpenSSL looks
                        when no variable is set (only without the openssl package, which ships them)
    java_keystore?      path of a JKS trust store to write as well, e.g. etc/ssl/certs/java/cacerts
"""

from __future__ import annotations

import os

from tools.errors import PlinthError
from tools.layer.fragment import FRAGMENT_KEYS, FragmentWriter
from tools.layer.package_fragment import PackageFile, copy_package
from tools.layer.path_policy import PathPolicy
from tools.layer.writers.java_keystore import write_jks
from tools.layer.writers.x509 import read_pem, subject_hash, write_pem
from tools.tar.header import FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.action.params import Params
    from tools.layer.facts import Facts, PackageFacts


BUNDLE = "etc/ssl/certs/ca-certificates.crt"
"""Debian's place of the bundle; Go, curl and many others look here first."""

_KEYS = (
    "deb", "package", "certificate", "bundle", "hashed_links", "openssl_directory",
    "java_keystore",
)  # fmt: skip
_CERTIFICATES = "usr/share/ca-certificates/"
_LARGEST_FILE = 1 << 20


def run(params: Params) -> None:
    """Run the verb.

    Raises:
        PlinthError: the package or a file holds no readable certificates.
    """
    params.only((*FRAGMENT_KEYS, *_KEYS))
    writer = FragmentWriter(params, "certificates")
    writer.generated = "part"
    trusted = _Trusted()
    package: PackageFacts | None = params.optional("package")
    more: Facts = {}
    if params.optional("deb"):
        if package is None:
            raise PlinthError(f"{params.source}: deb without package")
        with PackageFile(params.path("deb"), package) as source:
            _read_package(source, trusted)
            copyright_file = f"usr/share/doc/{package['name']}/copyright"
            if params.optional("bundle") is not False:
                policy = PathPolicy([{"omit": ["**"], "keep": [copyright_file]}])
                more = copy_package(source, policy, writer)
                package = source.package
            else:
                package = None  # it is in the layer that has the bundle
    for path in params.many("certificate"):
        with open(path, encoding="utf-8", errors="replace") as stream:
            trusted.add(os.path.splitext(os.path.basename(path))[0], stream.read(), path)
    if not trusted.by_der:
        raise PlinthError("certificates: none given\n  give ca-certificates or PEM files")
    _write(params, writer, trusted)
    writer.finish({"package": package, **more})


class _Trusted:
    """Certificates in the order of the bundle, each once.

    Attributes:
        by_der: alias of each certificate.
    """

    def __init__(self) -> None:
        self.by_der: dict[bytes, str] = {}

    def add(self, name: str, text: str, source: str) -> None:
        taken = set(self.by_der.values())
        for der in read_pem(text, source):
            alias, number = name.lower(), 1
            while alias in taken:
                number += 1
                alias = f"{name.lower()}-{number}"
            if self.by_der.setdefault(der, alias) == alias:
                taken.add(alias)


def _read_package(source: PackageFile, trusted: _Trusted) -> None:
    found = {}
    for entry in source.entries():
        if entry.type == FILE and entry.path.startswith(_CERTIFICATES):
            if entry.size > _LARGEST_FILE:
                raise PlinthError(f"{source.name}: {entry.path}: too large for a certificate")
            if entry.path.endswith(".crt"):
                found[entry.path] = b"".join(map(bytes, entry.body())).decode("utf-8", "replace")
    # In the order of ca-certificates.conf, which is sorted bytewise.
    for path in sorted(found):
        name = os.path.splitext(os.path.basename(path))[0]
        trusted.add(name, found[path], f"{source.name}: {path}")


def _write(params: Params, writer: FragmentWriter, trusted: _Trusted) -> None:
    bundle = params.one("bundle", BUNDLE)
    if bundle is not False:
        _write_bundle(params, bundle, writer, trusted)
    keystore = params.optional("java_keystore")
    if keystore:
        writer.content(keystore, write_jks((alias, der) for der, alias in trusted.by_der.items()))


def _write_bundle(params: Params, bundle: str, writer: FragmentWriter, trusted: _Trusted) -> None:
    directory = bundle.rpartition("/")[0]
    writer.content(bundle, "".join(map(write_pem, trusted.by_der)).encode())
    if params.optional("hashed_links"):
        # openssl-rehash(1): certificates whose subjects have one hash are numbered.
        numbers: dict[str, int] = {}
        for der in trusted.by_der:
            digest = subject_hash(der)
            number = numbers[digest] = numbers.get(digest, -1) + 1
            writer.content(f"{directory}/{digest}.{number}", write_pem(der).encode())
    openssl: Any = params.optional("openssl_directory")
    if openssl:
        writer.symlink(f"{openssl}/cert.pem", f"/{bundle}")
        writer.symlink(f"{openssl}/certs", f"/{directory}")
