"""An image is the same wherever, whenever and however it is built, so its parts can be shared."""

from __future__ import annotations

import http.server
import json
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, copy_workspace

IMAGE = "//examples/python:image"
FIRST_BUILD = os.path.join(os.environ["RUNFILES_DIR"], os.environ["IMAGE"])
FIRST_RELEASE = os.path.join(os.environ["RUNFILES_DIR"], os.environ["RELEASE"])


@pytest.fixture(scope="module")
def bazel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NestedBazel]:
    """Another Bazel, in another directory, with another output base."""
    directory = tmp_path_factory.mktemp("elsewhere")
    bazel = NestedBazel(copy_workspace(f"{directory}/workspace"), f"{directory}/output_base")
    yield bazel
    bazel.shut_down()


class _Cache(http.server.BaseHTTPRequestHandler):
    """A remote cache as Bazel's documentation describes it: GET and PUT, nothing else."""

    protocol_version = "HTTP/1.1"
    blobs: dict[str, bytes]
    sent: list[str]

    def do_GET(self) -> None:
        self.sent.append(self.path)
        self._answer(200 if self.path in self.blobs else 404, self.blobs.get(self.path, b""))

    def do_PUT(self) -> None:
        self.blobs[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


_SENT: list[str] = []
_BLOBS: dict[str, bytes] = {}


@pytest.fixture(scope="module")
def cache() -> Iterator[str]:
    """Provide the address of an empty remote cache."""
    handler = type("Cache", (_Cache,), {"blobs": _BLOBS, "sent": _SENT})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def digest(layout: str) -> str:
    with open(os.path.join(layout, "index.json"), encoding="utf-8") as stream:
        (manifest,) = json.load(stream)["manifests"]
    return str(manifest["digest"])


def test_digest_does_not_depend_on_the_build(bazel: NestedBazel, cache: str) -> None:
    done = bazel.run(
        "build",
        IMAGE,
        f"--remote_cache={cache}",
        "--compilation_mode=opt",
        "--jobs=1",
        "--action_env=TZ=Pacific/Chatham",
        "--action_env=LC_ALL=tr_TR.UTF-8",
        environment={"TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8"},
        umask=0o077,
    )
    assert done.returncode == 0, done.stderr
    assert digest(f"{bazel.workspace}/bazel-bin/examples/python/image") == digest(FIRST_BUILD)


def test_the_archive_of_a_release_does_not_depend_on_the_build(bazel: NestedBazel) -> None:
    done = bazel.run("build", "//:release", "--disk_cache=", "--jobs=1", umask=0o077)
    assert done.returncode == 0, done.stderr
    archive = Path(bazel.workspace, "bazel-bin/release.tar.gz")
    assert archive.read_bytes() == Path(FIRST_RELEASE).read_bytes()


def test_every_action_can_come_from_a_remote_cache(bazel: NestedBazel, cache: str) -> None:
    options = [f"--remote_cache={cache}", "--remote_download_outputs=minimal"]
    filled = bazel.run("build", IMAGE, *options)
    assert filled.returncode == 0, filled.stderr
    bazel.run("clean")
    done = bazel.run("build", IMAGE, *options)
    assert done.returncode == 0, done.stderr
    (processes,) = re.findall(r"INFO: \d+ processes: (.*)\.", done.stderr)
    assert re.fullmatch(r"\d+ remote cache hit, \d+ internal", processes)


def test_an_image_that_nobody_lays_out_costs_no_download(bazel: NestedBazel, cache: str) -> None:
    options = [f"--remote_cache={cache}", "--output_groups=-oci_layout"]
    filled = bazel.run("build", IMAGE, *options)
    assert filled.returncode == 0, filled.stderr
    bazel.run("clean")
    _SENT.clear()
    done = bazel.run("build", IMAGE, *options)
    assert done.returncode == 0, done.stderr
    files = [_BLOBS.get(path, b"") for path in _SENT if path.startswith("/cas/")]
    assert 0 < sum(map(len, files)) < 1000, "its digest, and the line about it"


def test_configurations_share_their_actions(bazel: NestedBazel, cache: str) -> None:
    options = [
        f"--remote_cache={cache}",
        "--remote_download_outputs=minimal",
        "--experimental_output_paths=strip",
        "--experimental_worker_multiplex_sandboxing",
    ]
    filled = bazel.run("build", IMAGE, *options)
    assert filled.returncode == 0, filled.stderr
    done = bazel.run("build", IMAGE, *options, "--compilation_mode=opt")
    assert done.returncode == 0, done.stderr
    (processes,) = re.findall(r"INFO: \d+ processes: (.*)\.", done.stderr)
    assert re.fullmatch(r"\d+ remote cache hit, \d+ internal", processes)
