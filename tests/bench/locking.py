"""Makes a lock of five architectures, its indexes served from this machine."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.bench.measure import Row, measure
from tools.debian.release import parse_release
from tools.fetch.mirror import base_urls

ARCHITECTURES = ("amd64", "arm64", "armhf", "i386", "ppc64el")
SUITES = {"debian": ("bookworm", "bookworm-updates")}
_PACKAGES = (
    "base-files ca-certificates coreutils libgomp1 libssl3 libstdc++6 media-types netbase "
    "python3 tzdata"
)


@dataclass
class Locking:
    """A manifest, and a mirror of what it reads.

    Attributes:
        program: command line of ``//tools/lock``.
        directory: for all of it.
        peak_kib: largest resident set of a run.
    """

    program: Sequence[str]
    directory: str
    peak_kib: int = field(default=0)

    def rows(self, runs: int) -> list[Row]:
        """Cold, with the indexes in the cache, and only compared."""
        with self._mirror() as url:
            self._write_manifest(url)
            rows = [
                measure("lock, five architectures, cold", self._run, runs, before=self._forget),
                measure("lock, five architectures, indexes kept", self._run, runs),
            ]
            rows.append(measure("lock --check", lambda: self._run("--check"), runs))
        return rows

    def _run(self, *arguments: str) -> None:
        files = ["--manifest", "m.yaml", "--lock", "l.json", "--quiet", *arguments]
        process = subprocess.Popen(
            [*self.program, *files],
            cwd=self.directory,
            env=os.environ | {"PLINTH_CACHE": os.path.join(self.directory, "cache")},
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit("the lock could not be made")
        self.peak_kib = max(self.peak_kib, usage.ru_maxrss)

    def _forget(self) -> None:
        shutil.rmtree(os.path.join(self.directory, "cache"), ignore_errors=True)

    def _write_manifest(self, url: str) -> None:
        lines = ["version: 1", "archives:"]
        for archive, suites in SUITES.items():
            lines += [
                f"  {archive}:",
                f"    mirrors: ['{url}/{archive}']",
                f"    suites: [{', '.join(suites)}]",
                "    components: [main]",
                "    keys: [debian-12]",
                "    check_valid_until: false",
            ]
        lines += [
            f"architectures: [{', '.join(ARCHITECTURES)}]",
            f"packages: [{', '.join(_PACKAGES.split())}]",
        ]
        with open(os.path.join(self.directory, "m.yaml"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    @contextmanager
    def _mirror(self) -> Iterator[str]:
        root = os.path.join(self.directory, "mirror")
        for archive, suites in SUITES.items():
            base = base_urls(archive, configured=(), stamp=None, environment=os.environ)[0]
            for suite in suites:
                _copy_suite(f"{base}/dists/{suite}", os.path.join(root, archive, "dists", suite))
        handler = functools.partial(_Quiet, directory=root)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}"
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _copy_suite(url: str, directory: str) -> None:
    signed = _copy(f"{url}/InRelease", os.path.join(directory, "InRelease"))
    body = signed.partition(b"\n\n")[2].partition(b"-----BEGIN PGP SIGNATURE-----")[0]
    release = parse_release(body)
    for architecture in ARCHITECTURES:
        for suffix in (".gz", ".xz"):
            path = f"main/binary-{architecture}/Packages{suffix}"
            if path in release.indexes:
                _copy(f"{url}/{path}", os.path.join(directory, path))


def _copy(url: str, path: str) -> bytes:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with urllib.request.urlopen(url, timeout=60) as response:
        data: bytes = response.read()
    with open(path, "wb") as file:
        file.write(data)
    return data
