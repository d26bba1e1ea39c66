"""The example's image really starts, and holds what it promises."""

from __future__ import annotations

import os
import signal
import textwrap
from collections.abc import Iterator

import pytest

from tests.container.container import Container
from tests.container.rootfs import as_built, read_layout
from tools.image.validate import find_problems

PYTHON = "/usr/bin/python3.13"
LAYOUT = os.path.join(os.environ["RUNFILES_DIR"], os.environ["IMAGE"])


@pytest.fixture(scope="module")
def container() -> Container:
    return Container(LAYOUT)


def python(container: Container, program: str) -> str:
    """Return what a Python program prints inside the container."""
    done = container.run("-c", textwrap.dedent(program), entrypoint=[PYTHON])
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_prints_the_status_once(container: Container) -> None:
    done = container.run("--once")
    assert done.returncode == 0, done.stderr
    assert "python: 3.13." in done.stdout
    assert "memory_total: " in done.stdout


def test_serves_and_stops_when_told(container: Container) -> None:
    # The network is the container's own, so the client runs inside as well.
    client = """
        import signal, subprocess, sys, urllib.request
        command = [sys.executable, "-m", "status_page", "--port", "8080"]
        service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        print(service.stdout.readline().strip())
        for path in ("/health", "/status.json", "/"):
            answer = urllib.request.urlopen(f"http://127.0.0.1:8080{path}", timeout=10)
            print(answer.status, answer.headers["Content-Type"])
        service.send_signal(signal.SIGTERM)
        print(service.stdout.readline().strip(), service.wait(timeout=10))
    """
    assert python(container, client).splitlines() == [
        "listening on port 8080",
        "200 text/plain; charset=utf-8",
        "200 application/json; charset=utf-8",
        "200 text/html; charset=utf-8",
        "stopped 0",
    ]


def test_stops_on_the_signal_of_the_image(container: Container) -> None:
    service = container.start("--port", "0")
    assert service.stdout is not None
    assert service.stdout.readline().startswith("listening on port")
    service.send_signal(getattr(signal, container.config["StopSignal"]))
    assert service.wait(timeout=10) == 0


def test_runs_as_nonroot(container: Container) -> None:
    program = """
        import os, pwd
        print(os.getuid(), os.getgid(), pwd.getpwuid(os.getuid()).pw_name, os.getcwd())
    """
    assert python(container, program) == "65532 65532 nonroot /home/nonroot"


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash", "/bin/dash", "/usr/bin/busybox"])
def test_has_no_shell(container: Container, shell: str) -> None:
    with pytest.raises(FileNotFoundError):
        container.start("-c", "true", entrypoint=[shell])


STANDARD = "ssl sqlite3 ctypes lzma bz2 zlib asyncio zoneinfo hashlib uuid decimal"
DEPENDENCIES = "psutil humanize"


@pytest.mark.parametrize("module", f"{STANDARD} {DEPENDENCIES}".split())
def test_imports(container: Container, module: str) -> None:
    assert python(container, f"import {module}; print({module}.__name__)") == module


def test_standard_library_does_its_work(container: Container) -> None:
    program = """
        import asyncio, ctypes, ctypes.util, datetime, hashlib, locale, lzma, sqlite3, zoneinfo
        print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone()[0])
        print(lzma.decompress(lzma.compress(b"lzma")).decode())
        print(asyncio.run(asyncio.sleep(0, "asyncio")))
        moment = datetime.datetime(2026, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Zurich"))
        print(moment.isoformat())
        print(ctypes.CDLL("libc.so.6").abs(-7))
        print(ctypes.util.find_library("ssl"))
        print(locale.getpreferredencoding())
        print(hashlib.sha256(b"").hexdigest()[:8])
    """
    assert python(container, program).splitlines() == [
        "42",
        "lzma",
        "asyncio",
        "2026-07-01T12:00:00+02:00",
        "7",
        "libssl.so.3",
        "UTF-8",
        "e3b0c442",
    ]


def test_trusts_the_authorities_of_the_bundle(container: Container) -> None:
    program = """
        import ssl
        context = ssl.create_default_context()
        authorities = context.get_ca_certs()
        names = {dict(part[0] for part in ca["subject"]).get("commonName") for ca in authorities}
        print(len(authorities) > 100, "ISRG Root X1" in names)
    """
    assert python(container, program) == "True True"


# A server with a certificate of the authority in testdata/, and a client of the image's OpenSSL.
TLS = """
    import socket, ssl, threading
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain("/tmp/server.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for _ in range(2):
            connection, _ = listener.accept()
            try:
                server_context.wrap_socket(connection, server_side=True).sendall(b"hello")
            except ssl.SSLError:
                pass

    threading.Thread(target=serve, daemon=True).start()

    def ask(context):
        with socket.create_connection(listener.getsockname(), timeout=10) as connection:
            try:
                return context.wrap_socket(connection, server_hostname="localhost").recv(5).decode()
            except ssl.SSLCertVerificationError as error:
                return error.verify_message

    context = ssl.create_default_context()
    print(ask(context))
    context.load_verify_locations("/tmp/authority.pem")
    print(ask(context))
"""


@pytest.mark.usefixtures("testdata_in_tmp")
def test_verifies_certificates(container: Container) -> None:
    answers = python(container, TLS).splitlines()
    assert answers == ["unable to get local issuer certificate", "hello"]


@pytest.fixture
def testdata_in_tmp(container: Container) -> Iterator[None]:
    for name in ("server.pem", "authority.pem"):
        with open(f"tests/examples/python/testdata/{name}", encoding="ascii") as source:
            text = source.read()
        with open(os.path.join(container.root, "tmp", name), "w", encoding="ascii") as copy:
            copy.write(text)
    yield


def test_dependencies_and_application_have_layers_of_their_own() -> None:
    history = [entry["created_by"] for entry in read_layout(LAYOUT).config["history"]]
    assert history[-2].startswith("pypi: humanize==")
    assert history[-1] == "plinth: files"


def test_is_a_valid_image_layout() -> None:
    assert find_problems(as_built(LAYOUT)) == []


def test_is_small() -> None:
    layers = read_layout(LAYOUT).manifest["layers"]
    assert len(layers) <= 8
    assert sum(layer["size"] for layer in layers) < 20_000_000


def test_config_says_how_to_run_it() -> None:
    config = read_layout(LAYOUT).config
    assert config["os"] == "linux"
    assert config["config"]["User"] == "65532"
    assert config["config"]["Entrypoint"] == [PYTHON, "-m", "status_page"]
    assert config["config"]["ExposedPorts"] == {"8080/tcp": {}}
    assert "LANG=C.UTF-8" in config["config"]["Env"]
