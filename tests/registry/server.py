"""Starts Debian's docker-registry on a port of its own on the loopback."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.debian_program import debian_program

USER, PASSWORD = "somebody", "secret"
# bcrypt, as `htpasswd -B` writes it; the server wants its prefix to be 2a.
_HTPASSWD = f"{USER}:$2a$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"

_LISTENING = re.compile(r"listening on (?:127\.0\.0\.1|\[::1?\]):(\d+)")


@contextmanager
def registry_server(
    directory: Path, *, password: bool = False, certificate: str = "", host: str = "127.0.0.1"
) -> Iterator[str]:
    """Run a registry with its blobs in ``directory``; yield its address, ``localhost:PORT``.

    Args:
        directory: an empty directory, or that of an earlier run.
        password: admit only ``USER`` with ``PASSWORD``.
        certificate: PEM file of a certificate and its key, to speak TLS with.
        host: the address that it listens at; the name is ``localhost`` for that of IPv4.
    """
    http: dict[str, Any] = {"addr": f"{host}:0", "relativeurls": True}
    if certificate:
        http["tls"] = {"certificate": certificate, "key": certificate}
    configuration: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "info", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(directory / "data")}},
        "http": http,
    }
    if password:
        directory.joinpath("htpasswd").write_text(_HTPASSWD)
        configuration["auth"] = {"htpasswd": {"realm": "test", "path": str(directory / "htpasswd")}}
    # JSON is YAML.
    path = directory / "registry.yml"
    path.write_text(json.dumps(configuration))
    log = directory / "log"
    with log.open("w") as output:
        process = subprocess.Popen([*debian_program("registry"), "serve", str(path)], stderr=output)
    try:
        name = "localhost" if host == "127.0.0.1" else host
        yield f"{name}:{_port(process, log)}"
    finally:
        process.kill()
        process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """Return the port that the server has been given, which it writes into its log."""
    while process.poll() is None:
        found = _LISTENING.search(log.read_text())
        if found:
            return int(found.group(1))
        time.sleep(0.01)
    raise AssertionError("the registry does not start:\n" + log.read_text())
