"""Makes a lock of five architectures, its indexes served from this machine."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.bench.measure import Row, measure
from tests.bench.memory import Peak, peak_of

ARCHITECTURES = ("amd64", "arm64", "armhf", "ppc64el", "s390x")
SUITES = {"debian": ("trixie", "trixie-updates"), "debian-security": ("trixie-security",)}

# With all that they need: 38 packages.
_PACKAGES = (
    "base-files ca-certificates libgomp1 libgssapi-krb5-2 libstdc++6 media-types netbase "
    "python3.13 tzdata"
)


@dataclass
class Locking:
    """A manifest, and a mirror of what it reads.

    Attributes:
        program: ``//tools/lock``.
        mirror_program: ``//tests/bench:index_mirror``.
        directory: for all of it.
        packages: how many an architecture has, once a lock has been made.
        peak: memory that making a lock takes, from nothing.
    """

    program: str
    mirror_program: str
    directory: str
    packages: int = field(default=0)
    peak: Peak = field(default=Peak(0, 0))

    def rows(self, runs: int) -> list[Row]:
        """Cold, with the indexes in the cache, and only compared."""
        with self._mirror() as url:
            self._write_manifest(url)
            rows = [
                measure("lock, five architectures, cold", self._run, runs, before=self._forget),
                measure("lock, five architectures, indexes kept", self._run, runs),
                measure("lock --check", lambda: self._run("--check"), runs),
            ]
            self._forget()
            self.peak = peak_of(self._command(), self.directory, self._environment())
        with open(os.path.join(self.directory, "l.json"), encoding="utf-8") as file:
            self.packages = len(json.load(file)["packages"][ARCHITECTURES[0]])
        return rows

    def _run(self, *arguments: str) -> None:
        subprocess.run(
            [*self._command(), *arguments],
            cwd=self.directory,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _command(self) -> list[str]:
        return [self.program, "--manifest", "m.yaml", "--lock", "l.json", "--quiet"]

    def _environment(self) -> dict[str, str]:
        return os.environ | {"PLINTH_CACHE": os.path.join(self.directory, "cache")}

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
                "    keys: [mirror/key.asc]",
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
        subprocess.run(
            [
                self.mirror_program,
                *("--suites", json.dumps(SUITES)),
                *("--architectures", *ARCHITECTURES),
                *("--out", root),
            ],
            check=True,
        )
        handler = functools.partial(_Quiet, directory=root)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}"
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""
