"""What a user reads when a locked package cannot be had."""

from __future__ import annotations

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, source_tree

DEB = b"!<arch>\ndebian-binary   0           0     0     100644  4         `\n2.0\n"


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """Provide a mirror that has one file at the pool path of the lock, and nothing else."""
    pool = tmp_path / "mirror" / "pool"
    pool.mkdir(parents=True)
    (pool / "hello_1.0_amd64.deb").write_bytes(DEB)
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "mirror")
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def bazel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NestedBazel]:
    """Provide a module of a user that depends on this one."""
    directory = tmp_path_factory.mktemp("user")
    workspace = directory / "workspace"
    workspace.mkdir()
    (workspace / "BUILD.bazel").touch()
    (workspace / "MODULE.bazel").write_text(
        f"""
bazel_dep(name = "rules_plinth")
local_path_override(module_name = "rules_plinth", path = "{source_tree()}")
apt = use_extension("@rules_plinth//rules:apt.bzl", "apt")
apt.install(name = "packages", lock = "//:lock.json")
use_repo(apt, "packages")
"""
    )
    bazel = NestedBazel(str(workspace), str(directory / "output_base"))
    yield bazel
    bazel.shut_down()


def fetch(bazel: NestedBazel, mirror: str, **changes: object) -> str:
    """Build the package of a lock; it must fail. Returns what the user reads."""
    package = {
        "name": "hello",
        "version": "1.0",
        "architecture": "amd64",
        "source": "hello",
        "source_version": "1.0",
        "archive": "example",
        "suite": "stable",
        "filename": "pool/hello_1.0_amd64.deb",
        "sha256": "00" * 32,
        "size": len(DEB),
        "depends": [],
    } | changes
    lock = {
        "version": 1,
        "archives": {
            # The second is the same archive, as mirrors see it.
            name: {"mirrors": [mirror], "snapshot": "20261121T000000Z"} | more
            for name, more in (("example", {}), ("example-then", {"archive": "example"}))
        },
        "packages": {"amd64": [package]},
    }
    Path(bazel.workspace, "lock.json").write_text(json.dumps(lock))
    done = bazel.run(
        "build", "@packages//hello:amd64", "--lockfile_mode=off", "--http_connector_attempts=1"
    )
    assert done.returncode != 0
    return done.stderr


def test_wrong_bytes_are_refused(bazel: NestedBazel, mirror: str) -> None:
    message = fetch(bazel, mirror)
    assert "hello 1.0 (amd64): no mirror has the locked bytes" in message
    assert "Checksum was" in message
    assert f"{mirror}/pool/hello_1.0_amd64.deb" in message
    assert "What to do: " in message


def test_a_package_that_left_the_mirrors_is_named(bazel: NestedBazel, mirror: str) -> None:
    message = fetch(bazel, mirror, filename="pool/hello_0.9_amd64.deb")
    assert "hello 1.0 (amd64): no mirror has the locked bytes" in message
    assert "404" in message
    assert "https://snapshot.debian.org/archive/example/20261121T000000Z/pool/" in message


@pytest.mark.parametrize("archive", ["example", "example-then"])
def test_a_mirror_that_is_down_is_named(bazel: NestedBazel, archive: str) -> None:
    message = fetch(bazel, "http://127.0.0.1:9", archive=archive)
    assert "https://snapshot.debian.org/archive/example/20261121T000000Z/pool/" in message
    assert "http://127.0.0.1:9/pool/hello_1.0_amd64.deb" in message
    assert 'PLINTH_MIRRORS="example=' in message


def test_a_lock_that_is_not_there_yet(bazel: NestedBazel) -> None:
    Path(bazel.workspace, "lock.json").unlink(missing_ok=True)
    done = bazel.run("build", "@packages//hello:amd64", "--lockfile_mode=off")
    assert done.returncode != 0
    assert "lock.json: there is no such lock file yet" in done.stderr
    assert "bazel run //" in done.stderr


def test_a_lock_of_another_format_is_refused(bazel: NestedBazel) -> None:
    Path(bazel.workspace, "lock.json").write_text('{"version": 7, "archives": {}, "packages": {}}')
    done = bazel.run("build", "@packages//hello:amd64", "--lockfile_mode=off")
    assert done.returncode != 0
    assert "lock has format version 7, and this version of Plinth reads version 1" in done.stderr


def test_an_unknown_package_is_named(bazel: NestedBazel, mirror: str) -> None:
    fetch(bazel, mirror)
    done = bazel.run("build", "@packages//helo", "--lockfile_mode=off")
    assert done.returncode != 0
    assert re.search(r"no such package '@@[^']*packages//helo'", done.stderr)
