"""Which OpenPGP signatures are accepted, whichever program checks them.

The policy follows sqv, as apt of Debian 13 configures it in default-sequoia.config; it is stricter
than gpgv's. A signature that passes here must still be verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.lock.archive.packets import Certificate, Key, Signature

CLOCK_TOLERANCE = 30 * 60
"""Seconds that the signer's clock may be ahead of ours; Sequoia's figure."""

SMALLEST_RSA_KEY = 2048
"""Bits; 3072 from 2030-02-01 on."""


def why_refused(
    signature: Signature, certificates: Iterable[Certificate], now: float
) -> str | None:
    """Return what is wrong with a signature or with the key that made it; none if nothing is.

    Args:
        signature: over a document.
        certificates: that are trusted; one of them must have the key.
        now: seconds since 1970.
    """
    found = [
        (certificate, key)
        for certificate in certificates
        for key in (certificate.primary, *certificate.subkeys)
        if _is_by(signature, key)
    ]
    problems = [_problem(signature, certificate, key, now) for certificate, key in found]
    return None if None in problems else next(iter(problems), None)


def is_known(signature: Signature, certificates: Iterable[Certificate]) -> bool:
    """Return whether one of the certificates has the key that a signature names."""
    return any(
        _is_by(signature, key)
        for certificate in certificates
        for key in (certificate.primary, *certificate.subkeys)
    )


def _problem(signature: Signature, certificate: Certificate, key: Key, now: float) -> str | None:
    return (
        _problem_of_signature(signature, key, now)
        or _problem_of_primary(certificate.primary, signature, now)
        or (
            _problem_of_subkey(key, certificate, signature, now)
            if key is not certificate.primary
            else None
        )
        or (None if _may_sign(key, certificate) else "the key that signed it is not for signing")
    )


def _problem_of_signature(signature: Signature, key: Key, now: float) -> str | None:
    if signature.kind not in {_BINARY, _TEXT}:
        return "its signature is not one over a document"
    if signature.hash_algorithm in _WEAK_HASHES:
        return f"its signature uses a weak hash ({_WEAK_HASHES[signature.hash_algorithm]})"
    return _problem_of_times(signature, key, now)


def _problem_of_times(signature: Signature, key: Key, now: float) -> str | None:
    if signature.created is None:
        return "its signature does not say when it was made"
    if signature.created > now + CLOCK_TOLERANCE:
        return "its signature is from the future"
    if signature.created < key.created:
        return "its signature was made before its key existed"
    if signature.lifetime and signature.created + signature.lifetime <= now:
        return "its signature has expired"
    return None


def _problem_of_primary(key: Key, signature: Signature, now: float) -> str | None:
    return (
        _weakness(key, now)
        or _revocation(key, _KEY_REVOCATION, key.signatures)
        or _time_of_key(key, _self_signatures(key), signature, now)
    )


def _problem_of_subkey(
    key: Key, certificate: Certificate, signature: Signature, now: float
) -> str | None:
    bindings = _bindings(key, certificate)
    problem = (
        _weakness(key, now)
        or _revocation(key, _SUBKEY_REVOCATION, key.signatures)
        or _time_of_key(key, bindings, signature, now)
    )
    if not problem and _BACK_SIGNATURE not in _newest(bindings).embedded:
        return "the subkey that signed it has no signature over its primary key"
    return problem


def _weakness(key: Key, now: float) -> str | None:
    smallest = SMALLEST_RSA_KEY if now < _LAST_DAY_OF_RSA_2048 else 3072
    if key.algorithm in _RSA and key.bits < smallest:
        return f"the key that signed it is weak (RSA of {key.bits} bits)"
    if key.algorithm in _OBSOLETE:
        return f"the key that signed it is weak ({_OBSOLETE[key.algorithm]})"
    return None


def _revocation(key: Key, kind: int, signatures: Sequence[Signature]) -> str | None:
    revocations = [each for each in signatures if each.kind == kind]
    if not revocations:
        return None
    reason = _REASONS.get(revocations[0].reason or 0, "")
    return f"the key that signed it is revoked{reason} ({key.fingerprint[-16:]})"


def _time_of_key(
    key: Key, statements: Sequence[Signature], signature: Signature, now: float
) -> str | None:
    strong = [each for each in statements if each.hash_algorithm not in _WEAK_HASHES]
    if not strong:
        return "the key that signed it has a self-signature with a weak hash, or none"
    # Sequoia uses the self-signature that was valid at the time of signing.
    if all((each.created or 0) > (signature.created or 0) for each in strong):
        return "its signature is older than every self-signature of its key"
    lifetime = _newest(strong).key_lifetime
    if lifetime and key.created + lifetime <= now:
        return "the key that signed it has expired"
    return None


def _may_sign(key: Key, certificate: Certificate) -> bool:
    if key is certificate.primary:
        signatures = _self_signatures(key)
    else:
        signatures = _bindings(key, certificate)
    flags = _newest(signatures).flags
    return flags is None or bool(flags & _FLAG_SIGN)


def _bindings(subkey: Key, certificate: Certificate) -> list[Signature]:
    """Return what a primary key says of its subkey."""
    return [
        each
        for each in subkey.signatures
        if each.kind == _BINDING and _is_by(each, certificate.primary)
    ]


def _self_signatures(key: Key) -> list[Signature]:
    return [each for each in key.signatures if each.kind in _SELF and _is_by(each, key)]


def _newest(signatures: Sequence[Signature]) -> Signature:
    return max(signatures, key=lambda each: each.created or 0)


def _is_by(signature: Signature, key: Key) -> bool:
    return any(key.fingerprint.endswith(issuer) for issuer in signature.issuers if issuer)


# RFC 9580 §5.2.1.
_BINARY, _TEXT, _BINDING, _BACK_SIGNATURE = 0x00, 0x01, 0x18, 0x19
_KEY_REVOCATION, _SUBKEY_REVOCATION = 0x20, 0x28
_SELF = {0x10, 0x11, 0x12, 0x13, 0x1F}
_FLAG_SIGN = 0x02
# RFC 9580 §9.
_WEAK_HASHES = {1: "MD5", 2: "SHA-1", 3: "RIPEMD-160", 11: "SHA-224"}
_LAST_DAY_OF_RSA_2048 = 1896134400  # 2030-02-01
_RSA = {1, 2, 3}
_OBSOLETE = {16: "ElGamal", 17: "DSA", 20: "ElGamal"}
_REASONS = {1: ": superseded", 2: ": compromised", 3: ": retired"}
