"""Signs bytes: with a key in a file, or with a command that has the key."""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
from collections.abc import Callable, Mapping

from tools.errors import PlinthError

Signer = Callable[[bytes], bytes]
"""Returns the signature of a message: ECDSA P-256 over SHA-256, in DER, as cosign needs it."""

PASSWORD = "PLINTH_SIGNING_PASSWORD"  # noqa: S105 - the name of a variable
"""The variable that has the password of an encrypted key file."""


class SigningError(PlinthError):
    """A key or a command that cannot sign."""


def key_signer(path: str, environment: Mapping[str, str] = os.environ) -> Signer:
    """Sign with a private key.

    Args:
        path: of a PEM file: PKCS #8 or SEC 1, encrypted or not.
        environment: has the password of an encrypted one.

    Raises:
        SigningError: it is not a key of the one kind that cosign makes.
    """
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    try:
        with open(path, "rb") as stream:
            pem = stream.read()
    except OSError as error:
        raise SigningError(f"{path}: cannot read it: {error.strerror}") from error
    if b"ENCRYPTED SIGSTORE PRIVATE KEY" in pem or b"ENCRYPTED COSIGN PRIVATE KEY" in pem:
        raise SigningError(
            f"{path}: a key in cosign's own format, which only cosign reads\n"
            '  sign with it through a command: --sign-command "cosign sign-blob …"; or make a key'
            " with: openssl ecparam -genkey -name prime256v1 -noout"
        )
    password = environment.get(PASSWORD)
    try:
        key = serialization.load_pem_private_key(pem, password.encode() if password else None)
    except (ValueError, TypeError) as error:
        raise SigningError(
            f"{path}: not a private key in PEM, or {PASSWORD} is not its password: {error}"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise SigningError(f"{path}: not an ECDSA key on the curve P-256")
    # Deterministic (RFC 6979), so that signing again stores nothing new.
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    return lambda message: bytes(key.sign(message, algorithm))


def command_signer(command: str) -> Signer:
    """Sign with a command: it reads the message and prints the signature in base64.

    Args:
        command: as a shell would split it; no shell runs it.
    """
    words = shlex.split(command)

    def sign(message: bytes) -> bytes:
        try:
            done = subprocess.run(words, input=message, capture_output=True, check=False)
        except OSError as error:
            raise SigningError(f"{command}: cannot be started: {error.strerror}") from error
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip()
            raise SigningError(f"{command}: ended with status {done.returncode}: {told}")
        try:
            return base64.b64decode(b"".join(done.stdout.split()), validate=True)
        except ValueError as error:
            raise SigningError(f"{command}: did not print a signature in base64") from error

    return sign
