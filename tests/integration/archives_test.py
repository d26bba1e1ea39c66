"""Where the bytes of an upstream archive come from, and what a user reads when none has them."""

from __future__ import annotations

import functools
import hashlib
import http.server
import io
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, source_tree

PROGRAM, LICENCE = b"#!/bin/tool\n", b"Do as you like.\n"


def tarball(prefix: str, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{prefix}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


UPSTREAM = tarball("tool-1.0", {"bin/tool": PROGRAM, "LICENSE": LICENCE, "include/tool.h": b"//"})
CARRIER = tarball("package", {"bin/tool": PROGRAM, "LICENSE": LICENCE, "package.json": b"{}"})
FORGED = tarball("package", {"bin/tool": b"#!/bin/evil\n", "LICENSE": LICENCE})


@dataclass(frozen=True)
class Servers:
    """Upstream and a package registry, on one port."""

    directory: Path
    url: str

    def serve(self, path: str, content: bytes | None) -> None:
        """Let ``path`` answer with ``content``, or not at all."""
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    directory = tmp_path_factory.mktemp("servers")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(directory))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Servers(directory, f"http://127.0.0.1:{server.server_address[1]}")
        server.shutdown()


@pytest.fixture(scope="module")
def bazel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NestedBazel]:
    """Provide a module that depends on this one, and a cache of downloads that starts empty."""
    directory = tmp_path_factory.mktemp("user")
    workspace = directory / "workspace"
    workspace.mkdir()
    (workspace / "BUILD.bazel").write_text(
        """
load("@rules_plinth//rules:archive.bzl", "archive_layer")
archive_layer(name = "tool", archive = "@archives//tool:amd64", directory = "/opt/tool")
"""
    )
    (workspace / "MODULE.bazel").write_text(
        f"""
bazel_dep(name = "rules_plinth")
local_path_override(module_name = "rules_plinth", path = "{source_tree()}")
archive = use_extension("@rules_plinth//rules:archive.bzl", "archive")
archive.install(name = "archives", lock = "//:archives.lock.json")
use_repo(archive, "archives")
"""
    )
    bazel = NestedBazel(str(workspace), str(directory / "output_base"))
    yield bazel
    bazel.shut_down()


def fetch(
    bazel: NestedBazel,
    servers: Servers,
    *,
    upstream: bytes | None,
    registry: bytes | None,
    members: bool = True,
) -> tuple[int, str]:
    """Fetch the archive of a lock; returns the exit status and what the user reads."""
    place: dict[str, object] = {
        "url": f"{servers.url}/upstream/tool-1.0.tar.gz",
        "sha256": hashlib.sha256(UPSTREAM).hexdigest(),
        "strip_prefix": "tool-1.0",
    }
    if members:
        place["members"] = {
            "bin/tool": hashlib.sha256(PROGRAM).hexdigest(),
            "LICENSE": hashlib.sha256(LICENCE).hexdigest(),
        }
        # A registry may have another package of that name and version tomorrow: so the digest of
        # the carrier is that of what it has now, and the files' own digests decide.
        digest = hashlib.sha512(registry or CARRIER).hexdigest()
        place["carriers"] = [
            {"npm": "@acme/tool", "version": "1.0.0", "sha512": digest, "strip_prefix": "package"}
        ]
    tool = {
        "name": "tool",
        "version": "1.0",
        "license": "MIT",
        "files": ["LICENSE", "bin/tool"],
        "architectures": {"amd64": place},
    }
    lock = {"version": 1, "archives": {"tool": tool}}
    Path(bazel.workspace, "archives.lock.json").write_text(json.dumps(lock))
    servers.serve("upstream/tool-1.0.tar.gz", upstream)
    servers.serve("npm/@acme/tool/-/tool-1.0.0.tgz", registry)
    done = bazel.run(
        "fetch",
        "@archives//tool:amd64",
        "--force",
        "--lockfile_mode=off",
        "--http_connector_attempts=1",
        "--repository_cache=",
        environment={"PLINTH_NPM_REGISTRY": f"{servers.url}/npm/"},
    )
    return done.returncode, done.stderr


def fetched(bazel: NestedBazel) -> dict[str, bytes]:
    """Return the files of the repository, the BUILD file among them."""
    (root,) = Path(bazel.output_base, "external").glob("*archives_tool_amd64")
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "REPO.bazel"
    }


def test_upstream_is_asked_first(bazel: NestedBazel, servers: Servers) -> None:
    status, message = fetch(bazel, servers, upstream=UPSTREAM, registry=None)
    assert status == 0, message
    files = fetched(bazel)
    assert files["files/bin/tool"] == PROGRAM
    assert set(files) == {"BUILD.bazel", "files/LICENSE", "files/bin/tool"}


def test_a_registry_that_carries_the_same_files_will_do(
    bazel: NestedBazel, servers: Servers
) -> None:
    assert fetch(bazel, servers, upstream=UPSTREAM, registry=None)[0] == 0
    files = fetched(bazel)
    status, message = fetch(bazel, servers, upstream=None, registry=CARRIER)
    assert status == 0, message
    assert fetched(bazel) == files, "nothing says where they came from"


def test_upstream_with_other_bytes_is_passed_over(bazel: NestedBazel, servers: Servers) -> None:
    status, message = fetch(bazel, servers, upstream=FORGED, registry=CARRIER)
    assert status == 0, message
    assert "Checksum was" in message, "the error says that upstream has changed"


def test_a_carrier_with_another_program_is_refused(bazel: NestedBazel, servers: Servers) -> None:
    status, message = fetch(bazel, servers, upstream=None, registry=FORGED)
    assert status != 0
    assert "tool 1.0 (amd64): no source has the locked bytes." in message
    assert "npm package @acme/tool 1.0.0: has other bytes than the lock says: bin/tool" in message
    assert "What to do: name a mirror that has 127.0.0.1" in message


def test_without_digests_of_files_only_upstream_will_do(
    bazel: NestedBazel, servers: Servers
) -> None:
    status, message = fetch(bazel, servers, upstream=UPSTREAM, registry=CARRIER, members=False)
    assert status == 0, message
    status, message = fetch(bazel, servers, upstream=None, registry=CARRIER, members=False)
    assert status != 0
    assert "no source has the locked bytes" in message


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"license": ""}, 'archive "tool": license = "" should be'),
        (
            {"architectures": {"x64": {}}},
            'archive "tool": "x64" is not one of Debian\'s architectures',
        ),
        (
            {"architectures": {"amd64": {"url": "https://x.example/y", "sha256": "AB"}}},
            'archive "tool": amd64: sha256 = "AB" should be',
        ),
        (
            {"architectures": {"amd64": {"url": "https://x.example/y"}}},
            "archive \"tool\": amd64: it has neither 'sha256' nor 'sha512'",
        ),
    ],
)
def test_a_lock_that_says_too_little(
    bazel: NestedBazel, change: Mapping[str, object], problem: str
) -> None:
    place = {"url": "https://x.example/y", "sha256": "00" * 32}
    tool = {"name": "t", "version": "1", "license": "MIT", "architectures": {"amd64": place}}
    lock = {"version": 1, "archives": {"tool": {**tool, **change}}}
    Path(bazel.workspace, "archives.lock.json").write_text(json.dumps(lock))
    done = bazel.run("build", "@archives//tool:amd64", "--lockfile_mode=off")
    assert done.returncode != 0
    assert f"archives.lock.json: {problem}" in done.stderr
