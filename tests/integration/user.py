"""A user's module, and a server of files in place of every host that it fetches from."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.nested_bazel import NestedBazel, source_tree


@dataclass(frozen=True)
class User:
    """A module of a user that depends on this one, and a server of files."""

    bazel: NestedBazel
    files: Path
    url: str

    @property
    def workspace(self) -> Path:
        """The directory of the module."""
        return Path(self.bazel.workspace)

    @property
    def ran(self) -> Path:
        """What every attack tries to make."""
        return self.workspace / "ran"

    def serve(self, path: str, content: bytes) -> str:
        """Put a file on the server; gives its digest."""
        file = self.files / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    def write(self, module: str, build: str, **files: object) -> None:
        """Write the module, which uses what the test is about, and its only package."""
        (self.workspace / "MODULE.bazel").write_text(
            f"""
bazel_dep(name = "rules_plinth")
local_path_override(module_name = "rules_plinth", path = "{source_tree()}")
{module}
"""
        )
        (self.workspace / "BUILD.bazel").write_text(build)
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (self.workspace / name).write_text(text)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run Bazel: its exit status, and what the user reads."""
        done = self.bazel.run(
            *arguments,
            "--lockfile_mode=off",
            environment={
                "PLINTH_NPM_REGISTRY": f"{self.url}/npm/",
                # Bazel takes nothing over plain http that it cannot check.
                "PLINTH_PYPI_INDEX": f"file://{self.files}/simple",
            },
        )
        return done.returncode, done.stderr

    def refused(self, *words: str, target: str = "//:all") -> str:
        """Return the build ends, and nothing has run; gives what the user reads."""
        status, message = self.run("build", target)
        assert status != 0
        assert not self.ran.exists()
        assert message.count("Error in fail: ") <= 1
        assert "\x1b" not in message
        for word in words:
            assert word in message, message
        return message


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files; manifests and indexes of images with their media type."""

    def guess_type(self, path: object) -> str:
        """Return the media type of a file."""
        if "/manifests/" in str(path):
            media_type: str = json.loads(Path(str(path)).read_text())["mediaType"]
            return media_type
        return super().guess_type(str(path))

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def user_in(directory: Path) -> Iterator[User]:
    """Provide a user whose files are in a directory."""
    for name in ("workspace", "files"):
        (directory / name).mkdir()
    handler = functools.partial(Handler, directory=str(directory / "files"))
    bazel = NestedBazel(str(directory / "workspace"), str(directory / "output_base"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield User(bazel, directory / "files", f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()
    bazel.shut_down()
