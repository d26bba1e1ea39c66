"""Who may come in, and whom we trust: TLS, passwords, tokens, credential helpers."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.registry.proxy import Proxy
from tests.registry.server import PASSWORD, USER, registry_server
from tests.tools.registry.tiny_image import TinyImage
from tools.errors import PlinthError
from tools.registry.connection import connections
from tools.registry.push import Destination, Push
from tools.registry.reference import Repository
from tools.registry.transport import Options
from tools.registry.trouble import unreachable

TESTDATA = "tests/examples/python/testdata"
AUTHORITY = f"{TESTDATA}/authority.pem"


def options(home: Path, *, ca_file: str = "", **environment: str) -> Options:
    return Options(
        ca_file=ca_file,
        attempts=2,
        sleep=lambda _: None,
        environment={"DOCKER_CONFIG": str(home), "REGISTRY_AUTH_FILE": "", **environment},
    )


def log_in(home: Path, registry: str, password: str = PASSWORD) -> None:
    """Write what `docker login` writes."""
    auth = base64.b64encode(f"{USER}:{password}".encode()).decode()
    home.joinpath("config.json").write_text(json.dumps({"auths": {registry: {"auth": auth}}}))


def push(registry: str, image: TinyImage, how: Options, name: str = "app") -> str:
    """Push under a tag; gives what the tag then names."""
    connect, repository = connections(how), Repository(registry, name)
    Push([Destination(image.publication(), repository, ("1.0",))], connect).run()
    return connect(repository).manifest_digest("1.0")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide a registry with TLS and a password."""
    directory = tmp_path_factory.mktemp("guarded")
    with registry_server(directory, password=True, certificate=f"{TESTDATA}/server.pem") as address:
        yield address


@pytest.fixture
def image(tmp_path: Path) -> TinyImage:
    return TinyImage(tmp_path / "image", b"layer")


def test_lets_in_who_has_logged_in(guarded: str, image: TinyImage, tmp_path: Path) -> None:
    log_in(tmp_path, guarded)
    assert push(guarded, image, options(tmp_path, ca_file=AUTHORITY)) == image.digest


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_trusts_whom_the_environment_names(
    guarded: str, image: TinyImage, tmp_path: Path, variable: str
) -> None:
    log_in(tmp_path, guarded)
    assert push(guarded, image, options(tmp_path, **{variable: AUTHORITY})) == image.digest


def test_a_variable_does_not_override_the_option(
    guarded: str, image: TinyImage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # requests reads it by itself.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{TESTDATA}/nobody.pem")
    log_in(tmp_path, guarded)
    assert push(guarded, image, options(tmp_path, ca_file=AUTHORITY)) == image.digest


def test_trusts_nobody_else(guarded: str, image: TinyImage, tmp_path: Path) -> None:
    log_in(tmp_path, guarded)
    with pytest.raises(PlinthError, match="TLS certificate is not trusted here") as caught:
        push(guarded, image, options(tmp_path))
    assert str(caught.value).endswith("--ca-file FILE, or SSL_CERT_FILE")


@pytest.mark.parametrize("said", ["certificate has expired", "certificate is not yet valid"])
def test_asks_for_the_clock_when_a_certificate_is_of_another_time(said: str) -> None:
    text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {said}"
    error = unreachable("registry.example", requests.exceptions.SSLError(text))
    assert said in str(error)
    assert "Is your clock right? It says " in str(error)


def test_says_to_log_in(guarded: str, image: TinyImage, tmp_path: Path) -> None:
    with pytest.raises(PlinthError, match=f"log in first: docker login {guarded}"):
        push(guarded, image, options(tmp_path, ca_file=AUTHORITY))


def test_a_wrong_password(guarded: str, image: TinyImage, tmp_path: Path) -> None:
    log_in(tmp_path, guarded, "wrong")
    with pytest.raises(PlinthError, match="401"):
        push(guarded, image, options(tmp_path, ca_file=AUTHORITY))


def test_what_netrc_says_is_not_for_registries(
    guarded: str, image: TinyImage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    log_in(tmp_path, guarded)
    assert push(guarded, image, options(tmp_path, ca_file=AUTHORITY)) == image.digest


def test_asks_a_credential_helper(guarded: str, image: TinyImage, tmp_path: Path) -> None:
    helper = tmp_path / "docker-credential-vault"
    answer = json.dumps({"Username": USER, "Secret": PASSWORD})
    helper.write_text(f"#!/bin/sh\nread -r host\n[ $host = {guarded} ] && echo '{answer}'\n")
    helper.chmod(0o755)
    configuration = {"auths": {}, "credHelpers": {guarded: "vault"}}
    tmp_path.joinpath("config.json").write_text(json.dumps(configuration))
    how = options(tmp_path, ca_file=AUTHORITY, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert push(guarded, image, how) == image.digest


def test_plain_http_only_on_this_machine(image: TinyImage, tmp_path: Path) -> None:
    with pytest.raises(PlinthError, match="cannot be reached"):
        # TEST-NET-1 (RFC 5737): no host is there; and no host is asked without TLS.
        how = Options(attempts=1, timeout=(0.2, 0.2), environment={"DOCKER_CONFIG": str(tmp_path)})
        push("192.0.2.1:5000", image, how)


def test_a_host_that_nobody_knows_is_asked_for_once(
    image: TinyImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    waited: list[float] = []
    with pytest.raises(PlinthError, match=r"registry\.invalid: cannot be reached"):
        push("registry.invalid", image, Options(sleep=waited.append, environment={}))
    assert waited == []


def test_a_token_service_is_asked_for_what_is_needed(
    proxy: Proxy, image: TinyImage, tmp_path: Path, name: str
) -> None:
    proxy.token = True
    log_in(tmp_path, proxy.address)
    assert push(proxy.address, image, options(tmp_path), name) == image.digest
    # One token serves the whole push.
    assert proxy.tokens_given == [[f"repository:{name}:pull,push"]]


def test_a_mount_needs_a_token_for_both(
    proxy: Proxy, image: TinyImage, tmp_path: Path, name: str
) -> None:
    proxy.token = True
    log_in(tmp_path, proxy.address)
    connect = connections(options(tmp_path))
    destinations = [
        Destination(image.publication(), Repository(proxy.address, f"{name}/{each}"), ("1",))
        for each in "ab"
    ]
    outcomes = Push(destinations, connect).run()
    assert len(outcomes[1].mounted) == 2
    assert [f"repository:{name}/b:pull,push", f"repository:{name}/a:pull"] in proxy.tokens_given


def test_a_token_service_that_does_not_know_us(
    proxy: Proxy, image: TinyImage, tmp_path: Path, name: str
) -> None:
    proxy.token = True
    with pytest.raises(PlinthError, match="/token: 401"):
        push(proxy.address, image, options(tmp_path), name)
