"""Finds credentials for a registry: those that docker and podman have stored.

The configuration file is docker's (``docker login`` and ``podman login`` write it); credential
helpers speak the protocol of docker-credential-helpers.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.errors import PlinthError


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and password, or a token for a token service.

    Attributes:
        identity_token: OAuth 2 refresh token; if it is set, the other two are ignored.
    """

    user: str = ""
    password: str = ""
    identity_token: str = ""

    def basic(self) -> str:
        """Return the value of an ``Authorization`` header (RFC 7617)."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class Challenge:
    """The content of a ``WWW-Authenticate`` header: a scheme in lower case and its parameters."""

    scheme: str
    parameters: Mapping[str, str]


class CredentialsError(PlinthError):
    """A configuration file or a credential helper cannot be used."""


def parse_challenge(header: str) -> Challenge:
    """Read a ``WWW-Authenticate`` header with one challenge (RFC 9110 §11.6.1)."""
    scheme, _, rest = header.strip().partition(" ")
    parameters: dict[str, str] = {}
    while rest.strip(" ,"):
        key, _, rest = rest.strip(" ,").partition("=")
        if rest.startswith('"'):
            value, rest = _quoted(rest)
        else:
            value, _, rest = rest.partition(",")
        parameters[key.strip().lower()] = value.strip()
    return Challenge(scheme.lower(), parameters)


def find_credentials(
    registry: str, name: str, environment: Mapping[str, str] = os.environ
) -> Credentials | None:
    """Look up credentials for a repository, the longest matching name first, or None.

    Args:
        registry: host and perhaps port.
        name: the repository's name; podman stores credentials for parts of a registry as well.
        environment: ``REGISTRY_AUTH_FILE``, ``DOCKER_CONFIG``, ``XDG_RUNTIME_DIR``.

    Raises:
        CredentialsError: a file or a credential helper is broken.
    """
    for path in _configuration_files(environment):
        found = _from_configuration(path, registry, name, environment)
        if found is not None:
            return found
    return None


def _configuration_files(environment: Mapping[str, str]) -> list[str]:
    if environment.get("REGISTRY_AUTH_FILE"):
        return [environment["REGISTRY_AUTH_FILE"]]
    docker = environment.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker")
    runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return [
        os.path.join(docker, "config.json"),
        os.path.join(runtime, "containers", "auth.json"),
        os.path.expanduser("~/.config/containers/auth.json"),
    ]


def _from_configuration(
    path: str, registry: str, name: str, environment: Mapping[str, str]
) -> Credentials | None:
    configuration = _read(path)
    helpers, stored = configuration.get("credHelpers") or {}, configuration.get("auths") or {}
    if registry in helpers:
        return _ask_helper(helpers[registry], registry, path, environment)
    for key in _keys(registry, name):
        if stored.get(key):
            return _stored(stored[key], f"{path}: auths: {key}")
    # With a store, ``auths`` has an empty object for each registry with a login.
    if configuration.get("credsStore"):
        return _ask_helper(configuration["credsStore"], registry, path, environment)
    return None


def _keys(registry: str, name: str) -> list[str]:
    parts = f"{registry}/{name}".split("/")
    prefixes = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return [*prefixes, *(f"https://{registry}{end}" for end in ("", "/", "/v1/", "/v2/"))]


def _stored(entry: Mapping[str, str], where: str) -> Credentials | None:
    if entry.get("identitytoken"):
        return Credentials(identity_token=entry["identitytoken"])
    if entry.get("auth"):
        try:
            text = base64.b64decode(entry["auth"], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise CredentialsError(f"{where}: auth is not base64\n  log in again") from error
        user, _, password = text.partition(":")
        return Credentials(user, password.rstrip("\0"))
    if entry.get("username"):
        return Credentials(entry["username"], entry.get("password", ""))
    return None


def _ask_helper(
    helper: str, registry: str, path: str, environment: Mapping[str, str]
) -> Credentials | None:
    program = f"docker-credential-{helper}"
    try:
        done = subprocess.run(
            [program, "get"],
            input=registry,
            env=dict(environment),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise CredentialsError(
            f"{path} names the credential helper {program}, which cannot be started: "
            f"{error.strerror}\n  install it, or log in again without it"
        ) from error
    if done.returncode:
        # The protocol has one way to say "nothing stored", and says it on standard output.
        if "credentials not found" in done.stdout + done.stderr:
            return None
        raise CredentialsError(f"{program} get: {(done.stdout + done.stderr).strip()}")
    try:
        answer = json.loads(done.stdout)
        user, secret = answer["Username"], answer["Secret"]
    except (ValueError, KeyError, TypeError) as error:
        raise CredentialsError(f"{program} get: its answer is malformed") from error
    if user == "<token>":
        return Credentials(identity_token=secret)
    return Credentials(user, secret)


def _read(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as stream:
            value = json.load(stream)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (OSError, ValueError) as error:
        raise CredentialsError(f"{path}: {error}\n  repair it, or log in again") from error
    return value if isinstance(value, dict) else {}


def _quoted(text: str) -> tuple[str, str]:
    """Split a text that starts with a quoted string (RFC 9110 §5.6.4) behind that string."""
    value, position = "", 1
    while position < len(text) and text[position] != '"':
        position += text[position] == "\\"
        value += text[position : position + 1]
        position += 1
    return value, text[position + 1 :]
