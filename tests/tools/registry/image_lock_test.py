"""Locks of images: what tags name, asked of a registry and written down."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools.registry.tiny_image import TinyImage
from tools.errors import PlinthError
from tools.registry.connection import connections
from tools.registry.image_lock import lock_images
from tools.registry.push import Destination, Push
from tools.registry.reference import Repository
from tools.registry.transport import Options

Lock = Callable[..., dict[str, Any]]


@pytest.fixture
def lock(tmp_path: Path, registry: str, name: str) -> Lock:
    """Run the command for two images; gives what the lock then has."""

    def run(*options: str, tag: str = "1.0") -> dict[str, Any]:
        images = [f"--image={key}={registry}/{name}/{key}:{tag}" for key in ("one", "two")]
        environment = {"BUILD_WORKSPACE_DIRECTORY": str(tmp_path)}
        lock_images(["--lock", "images.lock.json", *images, *options], environment)
        document: dict[str, Any] = json.loads((tmp_path / "images.lock.json").read_text())
        assert document["version"] == 1
        images_of_lock: dict[str, Any] = document["images"]
        return images_of_lock

    return run


def push(tmp_path: Path, registry: str, name: str, content: bytes) -> str:
    """Push an image with one layer under 1.0; gives its digest."""
    image = TinyImage(tmp_path / content.decode(), content)
    repository = Repository(registry, name)
    connect = connections(Options())
    Push([Destination(image.publication(), repository, ("1.0",))], connect).run()
    return connect(repository).manifest("1.0").digest


def test_tags_are_written_down_as_digests(
    tmp_path: Path, registry: str, name: str, lock: Lock, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = ("one", "two")
    digests = {key: push(tmp_path, registry, f"{name}/{key}", key.encode()) for key in keys}
    found = lock()
    assert {key: image["digest"] for key, image in found.items()} == digests
    assert found["one"]["image"] == f"{registry}/{name}/one"
    assert f"one: {registry}/{name}/one:1.0 is {digests['one']}" in capsys.readouterr().out

    assert lock("--check") == found
    moved = {key: push(tmp_path, registry, f"{name}/{key}", b"2" + key.encode()) for key in keys}
    with pytest.raises(PlinthError, match="differs from the registries"):
        lock("--check")
    assert {key: image["digest"] for key, image in lock("--update", "one").items()} == {
        "one": moved["one"],
        "two": digests["two"],
    }
    capsys.readouterr()
    assert lock()["two"]["digest"] == moved["two"]
    assert f"(was {digests['two'][:19]})" in capsys.readouterr().out
    lock()
    assert capsys.readouterr().out == "no tag has changed\n"


def test_what_is_not_there_leaves_the_lock_as_it_was(
    tmp_path: Path, registry: str, name: str, lock: Lock
) -> None:
    for key in ("one", "two"):
        push(tmp_path, registry, f"{name}/{key}", key.encode())
    lock()
    before = (tmp_path / "images.lock.json").read_bytes()
    with pytest.raises(PlinthError, match=r"2\.0"):
        lock(tag="2.0")
    with pytest.raises(PlinthError, match="no image 'three'"):
        lock("--update", "three")
    assert (tmp_path / "images.lock.json").read_bytes() == before
    assert len(list(tmp_path.glob("images.lock.json*"))) == 1


def test_digests_and_names_without_a_tag_are_refused(tmp_path: Path) -> None:
    for text in ("registry.example/a", f"registry.example/a:1@sha256:{'0' * 64}"):
        with pytest.raises(PlinthError, match="names no tag"):
            lock_images(["--lock", str(tmp_path / "x"), f"--image=a={text}"], {})


@pytest.mark.parametrize("content", ["", "[]", '{"version": 2, "images": {}}', '{"version": 1}'])
def test_a_damaged_lock_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lock.json"
    path.write_text(content)
    with pytest.raises(PlinthError, match="not a lock of images"):
        lock_images(["--lock", str(path), "--image=a=registry.example/a:1"], {})
    assert path.read_text() == content


def test_the_recipe_for_renovate_finds_each_image(
    tmp_path: Path, registry: str, name: str, lock: Lock
) -> None:
    for key in ("one", "two"):
        push(tmp_path, registry, f"{name}/{key}", key.encode())
    found = lock("--insecure")
    page = Path("docs/updates.md").read_text(encoding="utf-8")
    block = re.search(r'```json title="renovate.json"\n(.*?)^```', page, re.MULTILINE | re.DOTALL)
    assert block
    (manager,) = json.loads(block[1])["customManagers"]
    (file_pattern,) = manager["managerFilePatterns"]
    (pattern,) = manager["matchStrings"]
    assert re.search(file_pattern.strip("/"), "images.lock.json")
    matches = re.finditer(
        pattern.replace("(?<", "(?P<"), (tmp_path / "images.lock.json").read_text()
    )
    assert [match.groupdict() for match in matches] == [
        {"currentDigest": each["digest"], "depName": each["image"], "currentValue": each["tag"]}
        for each in found.values()
    ]
