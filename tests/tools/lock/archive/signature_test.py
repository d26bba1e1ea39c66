"""Who signed what: by pysequoia, and by the programs that a bare machine may have."""

from __future__ import annotations

import pathlib
import shutil
import sys

import pysequoia
import pytest

from tests.openpgp.openpgp import program as openpgp_program
from tests.tools.lock.tiny_archive import new_key, public_key
from tools.lock.archive.signature import (
    Keyring,
    dearmor,
    read_keyring,
    split_clearsigned,
    verify,
)
from tools.lock.archive.signature_error import SignatureError

TEXT = b"Origin: Tiny\n- dashed\nSHA256:\n abc  \n"
WHERE = "http://mirror.example/InRelease"


def sign(*keys: pysequoia.Tsk, text: bytes = TEXT) -> bytes:
    return pysequoia.sign(keys[0].signer(), text, mode=pysequoia.SignatureMode.CLEAR)


def keyring(*keys: pysequoia.Tsk) -> Keyring:
    return Keyring(("test",), b"".join(bytes(key.extract_certificate()) for key in keys))


@pytest.fixture(params=["pysequoia", "gpgv", "sqv"])
def program(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> str:
    """Each of the ways to check a signature, in turn."""
    name = str(request.param)
    if name != "pysequoia":
        path = str(openpgp_program(name, tmp_path))
        monkeypatch.setitem(sys.modules, "pysequoia", None)
        monkeypatch.setattr(shutil, "which", lambda wanted: path if wanted == name else None)
    return name


KEY = new_key()
OTHER = new_key("Other")


@pytest.mark.usefixtures("program")
def test_the_signed_text_and_its_signer() -> None:
    signed = verify(sign(KEY), keyring(OTHER, KEY), WHERE)
    assert signed.signers == (KEY.extract_certificate().fingerprint.upper(),)
    # Blanks at the ends of lines are not signed, so they are not handed on either.
    assert signed.body.rstrip() == b"Origin: Tiny\n- dashed\nSHA256:\n abc"


@pytest.mark.usefixtures("program")
def test_a_changed_text() -> None:
    with pytest.raises(SignatureError) as caught:
        verify(sign(KEY).replace(b"abc", b"abd"), keyring(KEY), WHERE)
    assert str(caught.value).startswith(f"{WHERE}: bad signature")


@pytest.mark.usefixtures("program")
def test_a_key_that_is_not_trusted() -> None:
    with pytest.raises(SignatureError, match="the manifest does not trust"):
        verify(sign(OTHER), keyring(KEY), WHERE)


def test_nothing_to_check_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysequoia", None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SignatureError, match="Install gpgv or sqv"):
        verify(sign(KEY), keyring(KEY), WHERE)


def _mutations() -> dict[str, bytes]:
    message = sign(KEY)
    begin = b"-----BEGIN PGP SIGNATURE-----"
    return {
        "empty": b"",
        "only text": TEXT,
        "bytes before": b"\n" + message,
        "bytes after": message + b"x",
        "a second message": message + message,
        "no signature": message[: message.index(begin)],
        "no end": message[: message.index(b"-----END")],
        "a header that is no Hash": message.replace(b"Hash: ", b"Hush: "),
        "text instead of headers": message.replace(b"Hash: ", b"Origin: Evil\nHash: "),
        "a signature inside": message.replace(b"SHA256:", begin),
        "a line that should be escaped": message.replace(b"- - dashed", b"-dashed"),
    }


@pytest.mark.parametrize("what", _mutations())
def test_only_one_whole_message_is_taken_apart(what: str) -> None:
    with pytest.raises(SignatureError):
        verify(_mutations()[what], keyring(KEY), WHERE)


def test_line_ends_of_other_systems_are_no_matter() -> None:
    assert split_clearsigned(sign(KEY).replace(b"\n", b"\r\n"), WHERE)[0].startswith(b"Origin")


@pytest.mark.parametrize(
    ("name", "number", "domain"),
    [
        ("debian-12", 3, "debian.org"),
        ("debian-13", 3, "debian.org"),
        ("ubuntu-2018", 1, "ubuntu.com"),
    ],
)
def test_keys_that_ship(name: str, number: int, domain: str) -> None:
    certificates = pysequoia.Cert.split_bytes(read_keyring((name,), "/").certificates)
    assert len(certificates) == number
    # Asking for it fails if the key's own signatures are too weak to be believed.
    assert all(domain in str(each.user_ids[0]) for each in certificates)


def test_keys_of_files_armored_or_not(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.asc").write_text(public_key(KEY))
    (tmp_path / "b.gpg").write_bytes(bytes(OTHER.extract_certificate()))
    found = read_keyring(("./a.asc", "b.gpg"), str(tmp_path))
    assert [each.fingerprint for each in pysequoia.Cert.split_bytes(found.certificates)] == [
        each.extract_certificate().fingerprint for each in (KEY, OTHER)
    ]


@pytest.mark.parametrize("text", ["", "no key", public_key(KEY)[:200], public_key(KEY)[40:]])
def test_files_that_are_no_keys(text: str) -> None:
    with pytest.raises(SignatureError, match="not an OpenPGP public key"):
        dearmor(text.encode(), "a.asc")


@pytest.mark.usefixtures("program")
def test_a_revoked_key() -> None:
    revoked = bytes(_revoked(KEY.extract_certificate()))
    with pytest.raises(SignatureError, match="the key that signed it is revoked"):
        verify(sign(KEY), Keyring(("test",), revoked), WHERE)


def _revoked(certificate: pysequoia.Cert) -> pysequoia.Cert:
    packets = list(pysequoia.packet.PacketPile.from_bytes(bytes(certificate)))
    signature = bytes(certificate.revoke(KEY.certifier()))
    revocation = list(pysequoia.packet.PacketPile.from_bytes(signature))
    return pysequoia.Cert.from_packets([packets[0], *revocation, *packets[1:]])
