"""Why a signed file is not trusted, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.errors import PlinthError

if TYPE_CHECKING:
    from tools.lock.archive.signature import Keyring


class SignatureError(PlinthError):
    """A signed file is not to be trusted, or its trust cannot be established.

    Attributes:
        where: the URL or path of the file.
        problem: what is wrong with it.
        cure: what to do.
    """

    def __init__(self, where: str, problem: str, cure: str) -> None:
        self.where = where
        self.problem = problem
        self.cure = cure
        super().__init__(f"{where}: {problem}\n  {cure}")


def broken(where: str, problem: str) -> SignatureError:
    """Say that a signature cannot be checked."""
    return SignatureError(
        where,
        f"its signature cannot be checked: {problem}",
        "The mirror or a proxy damaged it. Try again, or use another mirror.",
    )


def tampered(where: str, keyring: Keyring) -> SignatureError:
    """Say that a file is not what was signed."""
    return SignatureError(
        where,
        f"bad signature: the file is not what the owner of {' or '.join(keyring.names)} signed",
        "Something between the archive and you changed it. Use another mirror.",
    )


def unknown_signer(where: str, keyring: Keyring, signers: list[str]) -> SignatureError:
    """Say that no signer is trusted."""
    by = ", ".join(sorted({signer.upper() for signer in signers})) or "an unknown key"
    return SignatureError(
        where,
        f"signed by {by}, which the manifest does not trust (keys: {', '.join(keyring.names)})",
        "If that is the archive's real key, add it under keys: in the manifest.",
    )


def not_a_key(name: str) -> SignatureError:
    """Say that a file has no key."""
    return SignatureError(
        f'key "{name}"',
        "this is not an OpenPGP public key",
        "Export it with: gpg --armor --export FINGERPRINT",
    )
