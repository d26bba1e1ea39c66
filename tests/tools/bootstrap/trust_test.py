"""Bazel trusts whom the host trusts."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

import pytest

from tools.bootstrap import trust
from tools.bootstrap.trust import BundleError, certificates, find_bundle, renew_trust

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = b"first certificate", b"second certificate"


def pem(*contents: bytes) -> bytes:
    return b"".join(
        b"# a comment\n-----BEGIN CERTIFICATE-----\n"
        + base64.encodebytes(content)
        + b"-----END CERTIFICATE-----\n"
        for content in contents
    )


def test_certificates_of_a_bundle() -> None:
    assert certificates(pem(FIRST, SECOND, FIRST), "bundle") == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("bundle", "problem"),
    [
        (b"", "it holds no certificate"),
        (pem(FIRST)[:-30], "its last certificate is cut short"),
        (pem(SECOND) + pem(FIRST).replace(b"=", b""), "certificate 2: .*padding"),
    ],
)
def test_a_bundle_that_is_none(bundle: bytes, problem: str) -> None:
    with pytest.raises(BundleError, match=f"(?s)^my.pem: {problem}.*SSL_CERT_FILE"):
        certificates(bundle, "my.pem")


def test_the_users_choice_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usual").touch()
    monkeypatch.setattr(trust, "_BUNDLES", (str(tmp_path / "absent"), str(tmp_path / "usual")))
    assert find_bundle({"SSL_CERT_FILE": "/mine.pem"}) == "/mine.pem"
    assert find_bundle({}) == str(tmp_path / "usual")
    (tmp_path / "usual").unlink()
    assert find_bundle({}) == str(tmp_path / "absent")


def test_the_copy_is_as_old_as_the_bundle(tmp_path: Path) -> None:
    bundle = tmp_path / "mine.pem"
    bundle.write_bytes(pem(FIRST))
    os.utime(bundle, ns=(1, 1_234_567_890_123_456_789))
    renew_trust(str(tmp_path), {"SSL_CERT_FILE": str(bundle)})
    plinth = tmp_path / "root/usr/share/plinth"
    assert (plinth / "ca-certificates.crt").read_bytes() == pem(FIRST)
    assert FIRST in (plinth / "cacerts.jks").read_bytes()
    assert (tmp_path / "trusted").read_text() == f"{bundle}\n"
    # Exactly: the shell compares with -nt, and must not find the bundle newer by a nanosecond.
    assert (tmp_path / "trusted").stat().st_mtime_ns == bundle.stat().st_mtime_ns


def test_debians_own_certificates_where_the_host_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "_BUNDLES", (str(tmp_path / "absent"),))
    packaged = tmp_path / "root/usr/share/ca-certificates/mozilla"
    packaged.mkdir(parents=True)
    (packaged / "B.crt").write_bytes(pem(SECOND))
    (packaged / "A.crt").write_bytes(pem(FIRST))
    renew_trust(str(tmp_path), {})
    written = (tmp_path / "root/usr/share/plinth/ca-certificates.crt").read_bytes()
    assert written == pem(FIRST) + pem(SECOND)
    # The host's, once it has them, will be newer than this.
    assert (tmp_path / "trusted").read_text() == f"{tmp_path}/absent\n"
    assert (tmp_path / "trusted").stat().st_mtime_ns == 0


def test_a_bundle_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"no\.pem: it is not there"):
        renew_trust(str(tmp_path), {"SSL_CERT_FILE": str(tmp_path / "no.pem")})
