"""A source tree with a lock of two tiny packages in Bazel's place, and a mirror that has them."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import socket
import sys
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.tools.deb_builder import Deb, Entry
from tools.bootstrap import install as installing
from tools.errors import PlinthError

if TYPE_CHECKING:
    from pathlib import Path

# Where rules look for compilers and download Java.
RULES = {
    **dict.fromkeys(
        (
            "embedded_tools/tools/cpp/cc_configure.bzl",
            "rules/cc/cc/private/toolchain/cc_configure.bzl",
        ),
        "    else:\n        configure_unix_toolchain(repository_ctx, cpu_value, {})\n",
    ),
    **dict.fromkeys(
        (
            "rules/java/java/repositories.bzl",
            "rules/java/toolchains/remote_java_repository.bzl",
        ),
        'load("@bazel_tools//tools/build_defs/repo:http.bzl", "http_archive")\n',
    ),
}

# Everything that the root needs; the archive has a name that no apt knows.
DEBS = [
    Deb(
        [
            Entry("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", b"#!/bin/sh\n", 0o755),
            Entry("usr/share/bazel/build-label.txt", b"7.7.1\n"),
            Entry("usr/lib/jvm/java-25-openjdk-amd64/bin/java", b"", 0o755),
            *(Entry(f"usr/share/bazel/{path}", text.encode()) for path, text in RULES.items()),
        ],
        name="bazel",
    ),
    Deb(
        [
            Entry("usr/bin/bash", os.urandom(100_000), 0o755),
            Entry("etc/bazel/bazelrc", b"build --sandbox_debug\n"),
        ],
        name="bash",
    ),
]
ARCHIVE = "tiny"


class Mirror(ThreadingHTTPServer):
    """Serves a directory; counts requests, and delays answers on request."""

    daemon_threads = True

    def __init__(self, directory: Path, host: str = "127.0.0.1") -> None:
        self._host = host
        if ":" in host:
            self.address_family = socket.AF_INET6
            self._host = f"[{host}]"
        self.requests: list[str] = []
        self.go_on = threading.Event()
        self.go_on.set()
        mirror = self

        class Handler(SimpleHTTPRequestHandler):
            """Serves files, silently."""

            def log_message(self, *_: object) -> None:
                """Says nothing."""

            def do_GET(self) -> None:
                """Serve one file."""
                mirror.requests.append(self.path)
                if "bash" in self.path:
                    mirror.go_on.wait(30)
                super().do_GET()

        super().__init__((host, 0), lambda *a: Handler(*a, directory=str(directory)))

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://{self._host}:{self.server_address[1]}/{ARCHIVE}"


class TinyBazel:
    """The tree, the mirror's files, the cache."""

    def __init__(self, path: Path, mirror: Mirror) -> None:
        self.repository = path / "repository"
        self.mirror = mirror
        self.pool = path / "mirror" / ARCHIVE
        self.directory = path / "cache/plinth/1-amd64-0123"
        (self.repository / "tools/bootstrap/registry").mkdir(parents=True)
        (self.repository / "tools/bootstrap/registry/bazel_registry.json").write_text("{}\n")
        self.pool.mkdir(parents=True)
        (path / "ca.pem").write_text(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        )
        self.environment = {
            "PLINTH_MIRRORS": f"{ARCHIVE}={mirror.url}",
            "SSL_CERT_FILE": str(path / "ca.pem"),
        }
        self.publish(DEBS)

    @property
    def cache(self) -> Path:
        """The place of the root, and of what is next to it."""
        return self.directory.parent

    def publish(self, debs: list[Deb]) -> None:
        """Put packages on the mirror, and a lock of them into the tree."""
        self.write_lock([self._publish(deb) for deb in debs])

    def publish_compilers(self, deb: Deb) -> None:
        """Put a package of the compilers on the mirror, and a lock of it into the tree."""
        self.write_lock([self._publish(deb)], "compilers")

    def write_lock(self, packages: list[dict[str, Any]], name: str = "bazel") -> None:
        """Write a lock of the tree's."""
        archive: dict[str, Any] = {"mirrors": [], "snapshot": None, "suites": {}}
        lock = {"archives": {ARCHIVE: archive}, "packages": {"amd64": packages}}
        path = self.repository / f"tools/bootstrap/{name}.lock.json"
        path.write_text(json.dumps(lock))

    def install(self) -> None:
        """Install the root, as ``bazelw`` does when it is not there."""
        installing.install(str(self.repository), str(self.directory), "amd64", self.environment)

    def install_compilers(self) -> None:
        """Get a compiler, as the root does when a C++ toolchain is configured."""
        installing.install_beside(
            str(self.repository), str(self.directory), "amd64", self.environment, "compilers"
        )

    def install_apart(self) -> multiprocessing.process.BaseProcess:
        """Start ``install`` in a process of its own; its output goes into ``cache/output.PID``."""
        process = multiprocessing.get_context("fork").Process(target=self._apart)
        process.start()
        return process

    def output(self, process: multiprocessing.process.BaseProcess) -> str:
        """Return what such a process has written."""
        path = self.cache.parent / f"output.{process.pid}"
        return path.read_text() if path.exists() else ""

    def wait_for(self, what: Any) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + 20
        while not what():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.01)

    def _apart(self) -> None:
        self.cache.mkdir(parents=True, exist_ok=True)
        output = os.open(self.cache.parent / f"output.{os.getpid()}", os.O_CREAT | os.O_WRONLY)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stderr = os.fdopen(2, "w")
        try:
            self.install()
        except PlinthError:
            os._exit(1)
        os._exit(0)

    def _publish(self, deb: Deb) -> dict[str, Any]:
        content = deb.build()
        (self.pool / f"{deb.name}.deb").write_bytes(content)
        return {
            **deb.facts,
            "archive": ARCHIVE,
            "filename": f"{deb.name}.deb",
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
        }
