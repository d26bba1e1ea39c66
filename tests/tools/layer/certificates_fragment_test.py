"""The trust store: bundle, one file for each certificate, Java key store."""

from __future__ import annotations

import hashlib
import subprocess
from struct import unpack_from
from typing import TYPE_CHECKING

import pytest

from tests.debian_program import debian_program
from tests.tools.deb_builder import Deb, Entry
from tests.tools.workbench import Failed, Workbench
from tools.errors import PlinthError
from tools.layer.writers.java_keystore import write_jks
from tools.layer.writers.x509 import read_pem, subject_hash, write_pem

if TYPE_CHECKING:
    from pathlib import Path


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = len(body)
    if length < 0x80:
        return bytes((tag, length)) + body
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + body


def certificate(*subject: tuple[int, bytes], serial: int = 1) -> bytes:
    """Return a certificate without signature; the subject's parts are string types and values."""
    algorithm = der(0x30, der(0x06, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"), der(0x05))
    kinds = (b"\x55\x04\x06", b"\x55\x04\x0a", b"\x55\x04\x03")
    name = der(
        0x30,
        *(
            der(0x31, der(0x30, der(0x06, kind), der(tag, value)))
            for kind, (tag, value) in zip(kinds, subject, strict=False)
        ),
    )
    validity = der(0x30, der(0x17, b"250101000000Z"), der(0x17, b"350101000000Z"))
    key = der(
        0x30,
        der(0x30, der(0x06, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), der(0x05)),
        der(0x03, b"\0", der(0x30, der(0x02, b"\x00" + b"\xc1" * 64), der(0x02, b"\1\0\1"))),
    )
    content = der(
        0x30, der(0xA0, der(0x02, b"\2")), der(0x02, bytes((serial,))), algorithm, name, validity,
        name, key,
    )  # fmt: skip
    return der(0x30, content, algorithm, der(0x03, b"\0" + bytes(64)))


PRINTABLE, UTF8, BMP, T61 = 0x13, 0x0C, 0x1E, 0x14
FIRST = certificate((PRINTABLE, b"DE"), (PRINTABLE, b"First  Authority "))
SECOND = certificate((PRINTABLE, b"DE"), (UTF8, "Zweite Behörde".encode()), (T61, b"R\xf6\xf6t"))
THIRD = certificate((UTF8, b"de"), (BMP, "Third ŽŽ CA".encode("utf-16-be")), serial=3)

CA_CERTIFICATES = Deb(
    [
        Entry("./usr/share/ca-certificates/mozilla/Second.crt", write_pem(SECOND).encode()),
        Entry("./usr/share/ca-certificates/mozilla/First.crt", write_pem(FIRST).encode()),
        Entry("./usr/share/doc/ca-certificates/copyright", b"MPL"),
        Entry("./usr/sbin/update-ca-certificates", b"#!/bin/sh", 0o755),
    ],
    name="ca-certificates",
    architecture="all",
)


def packaged(directory: Path) -> tuple[tuple[str, object], ...]:
    deb = CA_CERTIFICATES
    return (("deb", deb.write(directory)), ("package", deb.facts))


def test_what_an_image_gets(workbench: Workbench, tmp_path: Path) -> None:
    extra = tmp_path / "company.pem"
    extra.write_text(f"Our own:\n{write_pem(THIRD)}{write_pem(FIRST)}")
    fragment = workbench.fragment(
        "certificates-fragment", *packaged(tmp_path), ("certificate", str(extra))
    )
    bundle = fragment.content("etc/ssl/certs/ca-certificates.crt").decode()
    assert bundle == "".join(map(write_pem, (FIRST, SECOND, THIRD))), "sorted, own ones last"
    directory = [path for path in fragment.paths if path.startswith("etc/ssl/certs/")]
    assert directory == ["etc/ssl/certs/ca-certificates.crt"], "each is there once"
    assert "usr/sbin/update-ca-certificates" not in fragment.paths
    assert fragment.content("usr/share/doc/ca-certificates/copyright") == b"MPL"
    listed = fragment.content("var/lib/dpkg/status.d/ca-certificates.md5sums").decode()
    assert [line.split("  ")[1] for line in listed.splitlines()] == [
        "usr/share/doc/ca-certificates/copyright"
    ]


def test_options(workbench: Workbench, tmp_path: Path) -> None:
    fragment = workbench.fragment(
        "certificates-fragment",
        *packaged(tmp_path),
        ("hashed_links", True),
        ("openssl_directory", "usr/lib/ssl"),
        ("java_keystore", "etc/ssl/certs/java/cacerts"),
    )
    for item in (FIRST, SECOND):
        path = f"etc/ssl/certs/{subject_hash(item)}.0"
        assert fragment.content(path).decode() == write_pem(item), "one certificate each"
    assert fragment.entry("usr/lib/ssl/certs")["target"] == "/etc/ssl/certs"
    target = fragment.entry("usr/lib/ssl/cert.pem")["target"]
    assert target == "/etc/ssl/certs/ca-certificates.crt"
    store = fragment.content("etc/ssl/certs/java/cacerts")
    assert store == write_jks([("first", FIRST), ("second", SECOND)])


def test_no_certificates(workbench: Workbench, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing here")
    with pytest.raises(Failed, match=r"empty.pem: holds no certificate"):
        workbench.fragment("certificates-fragment", ("certificate", str(empty)))
    with pytest.raises(Failed, match="none given"):
        workbench.fragment("certificates-fragment")


def test_a_damaged_certificate(workbench: Workbench, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text(write_pem(FIRST).replace("\nMII", "\nMIJ", 1)[:-60])
    with pytest.raises(Failed, match="certificate 1 is damaged"):
        workbench.fragment("certificates-fragment", ("certificate", str(broken)))


def test_hashes_ignore_case_spaces_and_encoding() -> None:
    same = certificate((UTF8, b"de"), (BMP, " FIRST AUTHORITY".encode("utf-16-be")), serial=9)
    assert subject_hash(same) == subject_hash(FIRST)
    assert subject_hash(SECOND) != subject_hash(FIRST)


@pytest.mark.parametrize("item", [FIRST, SECOND, THIRD])
def test_hashes_are_those_of_openssl(item: bytes) -> None:
    done = subprocess.run(
        [*debian_program("openssl"), "x509", "-noout", "-subject_hash"],
        input=write_pem(item).encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().strip() == subject_hash(item)


def test_pem_round_trip() -> None:
    assert read_pem(write_pem(FIRST) + "text" + write_pem(SECOND), "x") == [FIRST, SECOND]


def test_java_key_store() -> None:
    store = write_jks([("Alias", b"certificate")], date_ms=5)
    assert unpack_from(">III", store) == (0xFEEDFEED, 2, 1)
    assert store[12:-20] == (
        b"\0\0\0\2" + b"\0\5alias" + b"\0\0\0\0\0\0\0\5" + b"\0\5X.509" + b"\0\0\0\x0bcertificate"
    )
    password = "changeit".encode("utf-16-be")
    expected = hashlib.sha1(password + b"Mighty Aphrodite" + store[:-20])  # noqa: S324
    assert store[-20:] == expected.digest()


def test_java_key_store_refuses_an_alias_twice() -> None:
    with pytest.raises(PlinthError, match="'a' is there twice"):
        write_jks([("a", b"1"), ("A", b"2")])
