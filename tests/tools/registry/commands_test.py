"""What ``push`` and ``load`` refuse: one message says why, and nothing is sent."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.registry.proxy import Proxy
from tests.tools.registry.pushing import Pushing
from tests.tools.registry.tiny_image import TinyImage, publication
from tools.registry.commands import main
from tools.registry.signer import PASSWORD


class CommandLine:
    """Runs commands on one publication file, and keeps what they print."""

    def __init__(self, publication_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.publication_file = publication_file
        self._capsys = capsys

    def refusal(self, verb: str, *options: str) -> str:
        """Return the message with which a command fails."""
        assert main([verb, str(self.publication_file), *options]) == 1
        printed = self._capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("error: ")
        return printed.err.removeprefix("error: ").rstrip("\n")


@pytest.fixture
def command_line(
    image: TinyImage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """Provide the commands for an image that names no repository."""
    monkeypatch.setenv("RUNFILES_DIR", "/")
    image.publication("", "1.0")
    return CommandLine(image.directory / "publication.json", capsys)


# The command line.


def test_a_push_of_an_image_that_names_no_repository(command_line: CommandLine) -> None:
    assert command_line.refusal("push") == (
        "//:push names no repository\n  say which: --repository HOST/NAME"
    )


def test_several_images_do_not_go_to_one_repository(
    command_line: CommandLine, proxy: Proxy, name: str
) -> None:
    document = json.loads(command_line.publication_file.read_text())
    document["images"] *= 2
    command_line.publication_file.write_text(json.dumps(document))
    assert command_line.refusal("push", "--repository", f"{proxy.address}/{name}") == (
        "--repository is for one image, and here are several\n"
        "  use --registry HOST to push all of them elsewhere"
    )
    assert proxy.seen == []


def test_a_push_signs_in_one_way(command_line: CommandLine, proxy: Proxy, name: str) -> None:
    where = ("--repository", f"{proxy.address}/{name}")
    signing = ("--sign-key", "key.pem", "--sign-command", "sign")
    assert command_line.refusal("push", *where, *signing) == (
        "--sign-key and --sign-command are two ways to sign\n  choose one"
    )
    assert proxy.seen == []


# Keys, which are read before anything is sent.


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes = b"") -> bytes:
    """Return a private key as openssl writes it."""
    protection = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    form = serialization.PrivateFormat.PKCS8
    return bytes(key.private_bytes(serialization.Encoding.PEM, form, protection))


KEYS = {
    "of cosign": (
        b"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n",
        "a key in cosign's own format, which only cosign reads",
    ),
    "without its password": (
        pem(ec.generate_private_key(ec.SECP256R1()), b"secret"),
        f"not a private key in PEM, or {PASSWORD} is not its password: ",
    ),
    "of RSA": (pem(rsa.generate_private_key(65537, 2048)), "not an ECDSA key on the curve P-256"),
    "on another curve": (
        pem(ec.generate_private_key(ec.SECP384R1())),
        "not an ECDSA key on the curve P-256",
    ),
}


@pytest.mark.parametrize(("content", "problem"), KEYS.values(), ids=KEYS)
def test_a_key_that_cannot_sign(
    command_line: CommandLine, site: Pushing, tmp_path: Path, content: bytes, problem: str
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(content)
    where = f"{site.proxy.address}/{site.name}"
    refusal = command_line.refusal("push", "--repository", where, "--sign-key", str(key))
    assert refusal.startswith(f"{key}: {problem}")
    assert site.proxy.seen == []


# Commands, which sign when the image is there: no tag names what is not signed.


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("raise SystemExit('the token is locked')", "ended with status 1: the token is locked"),
        ("print('no base64!')", "did not print a signature in base64"),
    ],
)
def test_a_command_that_cannot_sign(
    command_line: CommandLine, site: Pushing, tmp_path: Path, program: str, problem: str
) -> None:
    script = tmp_path / "sign.py"
    script.write_text(program)
    command = f"{sys.executable} {script}"
    where = f"{site.proxy.address}/{site.name}"
    refusal = command_line.refusal("push", "--repository", where, "--sign-command", command)
    assert refusal == f"{command}: {problem}"
    assert not site.digest("1.0")


# Daemons.


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Provide the only directory in which programs are found; it is empty."""
    directory = tmp_path / "programs"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    return directory


@pytest.mark.usefixtures("programs")
def test_an_image_needs_a_daemon(command_line: CommandLine) -> None:
    hint = "install one, or write a file that each of them loads: --archive FILE"
    assert command_line.refusal("load") == (
        f"there is no docker and no podman and no nerdctl and no ctr here\n  {hint}"
    )
    assert command_line.refusal("load", "--with", "podman") == (
        f"there is no podman here\n  {hint}"
    )


@pytest.mark.parametrize(
    ("daemon", "command"),
    [
        ("docker", "docker info"),
        ("podman", "podman pull"),
        ("nerdctl", "nerdctl load"),
        ("ctr", "ctr content"),
    ],
)
def test_a_daemon_that_refuses_is_quoted(
    command_line: CommandLine, programs: Path, daemon: str, command: str
) -> None:
    program = programs / daemon
    program.write_text("#!/bin/sh\necho no space left >&2; exit 1\n")
    program.chmod(0o755)
    assert command_line.refusal("load") == f"{command}: no space left"


def test_an_index_without_the_platform(command_line: CommandLine, tmp_path: Path) -> None:
    images = [TinyImage(tmp_path / a, b"x", architecture=a) for a in ("arm64", "amd64")]
    publication(images, "app")
    command_line.publication_file = images[0].directory / "publication.json"
    assert command_line.refusal("load", "--platform", "linux/s390x") == (
        "//:push has no image for linux/s390x\n  choose one: --platform linux/amd64 or linux/arm64"
    )
