"""What is read from configurations, helpers and challenges."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tools.registry.auth import Credentials, CredentialsError, find_credentials, parse_challenge

REGISTRY = "registry.example"


def auth(user: str, password: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def find(directory: Path, configuration: Any, name: str = "team/app") -> Credentials | None:
    directory.joinpath("config.json").write_text(json.dumps(configuration))
    environment = {"DOCKER_CONFIG": str(directory), "XDG_RUNTIME_DIR": "/none", "PATH": "/none"}
    return find_credentials(REGISTRY, name, environment)


@pytest.mark.parametrize(
    "key", [REGISTRY, f"https://{REGISTRY}", f"https://{REGISTRY}/v1/", f"{REGISTRY}/team"]
)
def test_keys_that_name_a_registry(tmp_path: Path, key: str) -> None:
    assert find(tmp_path, {"auths": {key: auth("me", "a:b")}}) == Credentials("me", "a:b")


def test_the_longest_key_wins(tmp_path: Path) -> None:
    auths = {REGISTRY: auth("all", ""), f"{REGISTRY}/team/app": auth("one", "")}
    assert find(tmp_path, {"auths": auths}) == Credentials("one", "")
    assert find(tmp_path, {"auths": auths}, "team/application") == Credentials("all", "")


def test_identity_tokens_and_plain_entries(tmp_path: Path) -> None:
    token = {"identitytoken": "t", **auth("<token>", "")}
    assert find(tmp_path, {"auths": {REGISTRY: token}}) == Credentials(identity_token="t")
    plain = {"username": "me", "password": "p"}
    assert find(tmp_path, {"auths": {REGISTRY: plain}}) == Credentials("me", "p")


@pytest.mark.parametrize(
    "configuration", [{}, {"auths": {}}, {"auths": {"other": auth("a", "b")}}, []]
)
def test_nothing_stored(tmp_path: Path, configuration: Any) -> None:
    assert find(tmp_path, configuration) is None


def test_a_broken_entry_is_named(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=f"auths: {REGISTRY}: auth is not base64"):
        find(tmp_path, {"auths": {REGISTRY: {"auth": "!"}}})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    tmp_path.joinpath("config.json").write_text("{")
    with pytest.raises(CredentialsError, match=r"config\.json"):
        find_credentials(REGISTRY, "a", {"DOCKER_CONFIG": str(tmp_path)})


def test_a_helper_that_is_not_installed(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match="docker-credential-none, which cannot be started"):
        find(tmp_path, {"credsStore": "none"})


def test_challenges() -> None:
    challenge = parse_challenge(
        'Bearer realm="https://auth.example/token",service="a, \\"b\\"",scope="x:y:pull,push"'
    )
    assert challenge.scheme == "bearer"
    assert challenge.parameters == {
        "realm": "https://auth.example/token",
        "service": 'a, "b"',
        "scope": "x:y:pull,push",
    }
    assert parse_challenge("Basic realm=test").parameters == {"realm": "test"}
    assert parse_challenge("").scheme == ""
