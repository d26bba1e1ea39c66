"""All verifiers judge real keys and signatures alike, and say the same."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.openpgp.openpgp import Gpg, program
from tools.lock.archive.signature import Keyring, SignatureError, verify

TEXT = b"Origin: Tiny\nSHA256:\n abc\n"
VERIFIERS = ("pysequoia", "gpgv", "sqv")
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
            if digest in {"SHA1", "RIPEMD160"}:
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
    older = "its signature is older than all that its key says of itself"
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
    changed = messages[good, other].replace(b"abc", b"abd")
    yield "changed text", Case(everybody, changed, "bad signature")


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """A directory with a short path, as gpg's sockets want it."""
    with tempfile.TemporaryDirectory(prefix="pgp", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def cases(directory: Path) -> Iterator[dict[str, Case]]:
    """The table, by name."""
    gpg = Gpg(directory)
    made: dict[str, Case] = {}
    for kind in (strengths, revocations, times, subkeys, signers):
        made |= dict(kind(gpg))
    yield made
    gpg.close()


def test_there_are_many(cases: dict[str, Case]) -> None:
    assert len(cases) >= 60
    assert len([case for case in cases.values() if not case.problem]) >= 20


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_what_is_believed(
    cases: dict[str, Case], directory: Path, verifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if verifier != "pysequoia":
        path = str(program(verifier, directory))
        monkeypatch.setitem(sys.modules, "pysequoia", None)
        monkeypatch.setattr(shutil, "which", lambda name: path if name == verifier else None)
    wrong = {}
    for name, case in cases.items():
        try:
            verify(case.message, Keyring(("test",), case.keys), "http://mirror.example/InRelease")
            problem = ""
        except SignatureError as error:
            problem = error.problem
        if bool(problem) != bool(case.problem) or case.problem not in problem:
            wrong[name] = f"{problem!r} instead of {case.problem!r}"
    assert wrong == {}
