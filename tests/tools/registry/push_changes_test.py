"""What was built is pushed, or nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools.registry.pushing import Pushing
from tests.tools.registry.tiny_image import TinyImage, publication
from tools.registry import upload
from tools.registry.blob import Blob, ChangedError
from tools.registry.publication import PublicationError
from tools.registry.push import Destination, describe
from tools.registry.reference import Repository


def change(path: Path, kind: str) -> None:
    """Do to a file what a build or `bazel clean` may do to it."""
    content = path.read_bytes()
    if kind == "gone":
        path.unlink()
    elif kind == "directory":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes({"longer": content + b"!", "shorter": content[:-1]}.get(kind, b""))
        if kind == "other":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


CHANGES = {
    "gone": "is not here",
    "directory": "cannot be read: Is a directory",
    "longer": "bytes, but its manifest says [0-9]+",
    "shorter": "bytes, but its manifest says [0-9]+",
    "other": "has changed: it is sha256:[0-9a-f]{64}, but its manifest says sha256:[0-9a-f]{64}",
}
CHANGED = r".*/image/{}: .*{}\n  build the image again, and then push it.*"


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("file", ["0", "1", "config"])
def test_what_has_changed_is_found_before_anything_is_sent(
    site: Pushing, image: TinyImage, kind: str, file: str
) -> None:
    item = image.publication(site.name, "1.0")
    change(image.directory / file, kind)
    with pytest.raises(ChangedError) as caught:
        site.push(item)
    assert re.fullmatch(CHANGED.format(file, CHANGES[kind]), str(caught.value)), str(caught.value)
    assert not site.proxy.count("POST|PUT|PATCH")


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("file", ["0", "1", "config"])
@pytest.mark.parametrize("chunk", [upload.CHUNK, 64])
def test_what_changes_during_a_push_is_found_when_it_is_sent(  # noqa: PLR0917
    site: Pushing,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    file: str,
    chunk: int,
) -> None:
    monkeypatch.setattr(upload, "CHUNK", chunk)
    old = TinyImage(tmp_path / "old", b"base")
    site.push(old.publication(site.name, "1.0"))
    image = TinyImage(tmp_path / "image", bytes(range(200)), bytes(range(250)))
    checked = Blob.check_content

    def check_and_change(blob: Blob) -> None:
        checked(blob)
        if blob.path.endswith(f"/{file}"):
            change(Path(blob.path), kind)

    monkeypatch.setattr(Blob, "check_content", check_and_change)
    with pytest.raises(ChangedError) as caught:
        site.push(image.publication(site.name, "1.0", "2.0"))
    assert re.fullmatch(CHANGED.format(file, CHANGES[kind]), str(caught.value)), str(caught.value)
    assert site.digest("1.0") == old.digest
    assert site.digest("2.0") == ""
    # Built again, it is pushed.
    again = TinyImage(tmp_path / "again", bytes(range(200)), bytes(range(250)))
    monkeypatch.undo()
    site.push(again.publication(site.name, "1.0"))
    assert site.digest("1.0") == image.digest


def test_an_index_of_other_images_is_found_before_anything_is_asked(tmp_path: Path) -> None:
    images = [TinyImage(tmp_path / each, b"x", architecture=each) for each in ("amd64", "arm64")]
    other = TinyImage(tmp_path / "other", b"y")
    images[1].entry = other.entry
    with pytest.raises(PublicationError, match="names images that were not built with it"):
        publication(images, "r.example/app")


def test_what_is_reported_is_what_the_tag_names(site: Pushing, image: TinyImage) -> None:
    """A registry that does not say what it has stored is asked."""
    site.proxy.hidden = {"docker-content-digest"}
    item = image.publication(site.name, "1.0")
    (outcome,) = site.push(item)
    assert outcome.written == ["1.0"]
    assert site.proxy.count("GET .*/manifests/1.0") == 1
    place = Destination(item, Repository(site.proxy.address, site.name), item.tags)
    assert describe(place, outcome).startswith(f"{place.repository}@{site.digest('1.0')}")
