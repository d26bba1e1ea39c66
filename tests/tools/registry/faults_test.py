"""What is left when the tools are killed, have no room, or run in odd places: nothing half-done.

``PLINTH_KILLS`` is how often each is killed, at random points; many times it is done by
``./bazelw test --config=exhaustive //tests/exhaustive:registry_faults_test``.
"""

from __future__ import annotations

import json
import os
import random
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.child import Child
from tests.faults.disk import CANNOT_MOUNT, mounted
from tests.faults.storm import KILLS
from tests.registry.server import registry_server
from tests.tools.registry.tiny_image import TinyImage
from tools.registry.client import Client
from tools.registry.commands import main
from tools.registry.connection import connections
from tools.registry.reference import parse_repository
from tools.registry.transport import Options


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Provide a directory whose path has spaces, quotes and letters of several languages."""
    directory = tmp_path / 'ein Ordner, l\'été 東京 "x"'
    directory.mkdir()
    monkeypatch.setenv("BUILD_WORKING_DIRECTORY", str(directory))
    monkeypatch.setenv("DOCKER_CONFIG", str(directory))
    yield directory


def run(place: Path, *arguments: str) -> Child:
    def start() -> int:
        # Paths in a publication are absolute here; the registry of the tests has runfiles.
        os.environ["RUNFILES_DIR"] = "/"
        return main(arguments)

    return Child(place / "log", start)


def publication_file(image: TinyImage, repository: str) -> str:
    image.publication(repository, "1.0")
    return str(image.directory / "publication.json")


def client(repository: str) -> Client:
    return connections(Options(environment={"DOCKER_CONFIG": "/none"}))(
        parse_repository(repository)
    )


def is_whole(there: Client, digest: str) -> bool:
    """Return whether a repository has all that a manifest names."""
    document = json.loads(there.manifest(digest).content)
    return all(there.has_blob(e["digest"]) for e in [document["config"], *document["layers"]])


def test_a_push_that_is_killed_leaves_every_tag_whole(place: Path, registry: str) -> None:
    chance = random.Random(1)  # noqa: S311 - which moment it is
    there = client(f"{registry}/killed/push")
    shared = chance.randbytes(2_000_000)
    images = [
        TinyImage(place / f"image {n}", shared, b"%d" % n, chance.randbytes(300_000))
        for n in range(KILLS + 1)
    ]
    started = time.monotonic()
    status, said = run(place, "push", publication_file(images[0], str(there.repository))).wait()
    assert status == 0, said
    seconds = time.monotonic() - started
    allowed, cut = {images[0].digest}, 0
    for image in images[1:]:
        child = run(place, "push", publication_file(image, str(there.repository)))
        time.sleep(chance.uniform(0, seconds))
        cut += child.kill()
        named = there.manifest_digest("1.0")
        # What a killed push has asked for last may be done later.
        allowed.add(image.digest)
        assert named in allowed, "a tag that was not written"
        assert is_whole(there, named)
    assert cut > KILLS // 4, "most pushes were over before they were killed"
    status, said = run(place, "push", publication_file(images[-1], str(there.repository))).wait()
    assert status == 0, said
    assert there.manifest_digest("1.0") == images[-1].digest
    assert is_whole(there, images[-1].digest)


@pytest.mark.parametrize("command", ["load", "pull-blob"])
def test_a_file_is_whole_or_not_there(place: Path, registry: str, command: str) -> None:
    """An archive that is written, and a blob that is pulled."""
    chance = random.Random(2)  # noqa: S311 - which moment it is
    content = chance.randbytes(20_000_000)
    image = TinyImage(place / "image", content)
    repository = f"{registry}/killed/{command}"
    publication = publication_file(image, repository)
    out = place / "written" / "a file"
    out.parent.mkdir()
    blob = json.loads((image.directory / "manifest").read_text())["layers"][0]
    arguments = {
        "load": ["load", publication, "--archive", str(out), "--tag", "app:1"],
        "pull-blob": ["pull-blob", "--repository", repository, "--digest", blob["digest"],
                      "--size", str(blob["size"]), "--out", str(out)],
    }[command]  # fmt: skip
    status, said = run(place, "push", publication).wait()
    assert status == 0, said
    started = time.monotonic()
    status, said = run(place, *arguments).wait()
    assert status == 0, said
    seconds, expected = time.monotonic() - started, out.read_bytes()
    for _ in range(KILLS):
        out.unlink(missing_ok=True)
        child = run(place, *arguments)
        time.sleep(chance.uniform(0, seconds))
        child.kill()
        assert not out.exists() or out.read_bytes() == expected
    status, said = run(place, *arguments).wait()
    assert status == 0, said
    assert out.read_bytes() == expected
    if command == "load":
        with tarfile.open(out) as archive:
            assert archive.getmember("manifest.json").isfile()


# No room, no permission.


@pytest.mark.parametrize("options", ["size=64k", "ro"], ids=["full", "read-only"])
@pytest.mark.parametrize("command", ["load", "pull-blob", "pull-description"])
def test_a_disk_that_takes_nothing(place: Path, registry: str, options: str, command: str) -> None:
    image = TinyImage(place / "image", bytes(1_000_000))
    repository = f"{registry}/disk/{command}"
    publication = publication_file(image, repository)
    status, said = run(place, "push", publication).wait()
    assert status == 0, said
    small = place / "small disk"
    small.mkdir()
    blob = json.loads((image.directory / "manifest").read_text())["layers"][0]
    arguments = {
        "load": ["load", publication, "--archive", str(small / "x"), "--tag", "app:1"],
        "pull-blob": ["pull-blob", "--repository", repository, "--digest", blob["digest"],
                      "--size", str(blob["size"]), "--out", str(small / "x")],
        "pull-description": ["pull-description", "--repository", repository, "--digest",
                             image.digest, "--architecture=amd64", "--directory", str(small)],
    }[command]  # fmt: skip

    def fill() -> int:
        os.environ["RUNFILES_DIR"] = "/"
        status = main(arguments)
        if command != "pull-description":
            assert os.listdir(small) == []
        return status

    if command == "pull-description" and options != "ro":
        options = "nr_inodes=2"
    status, said = Child(place / "log", lambda: mounted(options, small, fill)).wait()
    if status == CANNOT_MOUNT:
        # Where a sandbox permits no mount, a directory that does not exist replaces it.
        small.rmdir()
        status, said = run(place, *arguments).wait()
    assert status == 1, said
    first, last = said.strip().splitlines()
    assert first.startswith(f"error: {small}"), said
    assert last == "  make room there, or make it writable"


# Where the registry is, and when.


def test_a_registry_that_has_no_address_but_of_ipv6(place: Path) -> None:
    directory = place / "registry"
    directory.mkdir()
    image = TinyImage(place / "image", b"layer")
    with registry_server(directory, host="[::1]") as address:
        assert address.startswith("[::1]:")
        repository = f"{address}/app"
        status, said = run(place, "push", publication_file(image, repository)).wait()
        assert status == 0, said
        assert f"{repository}@{image.digest}" in said
        assert client(repository).manifest_digest("1.0") == image.digest
        out = place / "described"
        out.mkdir()
        status, said = run(
            place, "pull-description", "--repository", repository, "--digest", image.digest,
            "--architecture=amd64", "--directory", str(out),
        ).wait()  # fmt: skip
        assert status == 0, said
        assert sorted(os.listdir(out))[0] == "linux_amd64.config.json"


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_is_years_off(
    place: Path, registry: str, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + years * 365 * 86400)
    image = TinyImage(place / "image", b"%d" % years)
    repository = f"{registry}/clock/{abs(years)}{'past' if years < 0 else 'future'}"
    status, said = run(place, "push", publication_file(image, repository)).wait()
    assert status == 0, said
    assert client(repository).manifest_digest("1.0") == image.digest
