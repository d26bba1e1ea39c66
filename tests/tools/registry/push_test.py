"""Pushing to a real registry: what moves, what does not, and what trouble leaves behind."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.debian_program import debian_program
from tests.registry.proxy import Fault
from tests.tools.registry.pushing import Pushing
from tests.tools.registry.tiny_image import TinyImage, publication
from tools.registry import upload
from tools.registry.errors import RegistryError
from tools.registry.publication import PublicationError

LARGE = bytes(range(256)) * 16384  # 4 MiB


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "CHUNK", 1 << 20)


# What moves.


def test_an_image_arrives_under_its_tags(site: Pushing, image: TinyImage) -> None:
    (outcome,) = site.push(image.publication(site.name, "1.0", "latest"))
    assert len(outcome.sent) == 3  # two layers and the config
    assert sorted(outcome.written) == ["1.0", "latest"]
    assert site.digest("1.0") == image.digest
    assert site.digest("latest") == image.digest


def test_blobs_come_first_and_tags_last(site: Pushing, image: TinyImage) -> None:
    site.push(image.publication(site.name, "1.0"))
    kinds = [
        "tag" if line.endswith("/1.0") else "manifest" if "/manifests/" in line else "blob"
        for line in site.proxy.seen
        if line.startswith("PUT")
    ]
    assert kinds == ["blob", "blob", "blob", "manifest", "tag"]


def test_what_is_there_is_not_sent_again(site: Pushing, image: TinyImage) -> None:
    site.push(image.publication(site.name, "1.0"))
    site.proxy.seen.clear()
    (outcome,) = site.push(image.publication(site.name, "1.0"))
    assert (outcome.complete, outcome.kept, outcome.written) == (True, ["1.0"], [])
    # What does the tag name? (That it does not speak TLS, it says without a line of http.)
    assert [line.split()[0] for line in site.proxy.seen] == ["HEAD"]


def test_many_images_that_are_there_cost_a_question_each(site: Pushing, tmp_path: Path) -> None:
    images = [TinyImage(tmp_path / str(n), b"shared", b"%d" % n) for n in range(20)]
    publications = [i.publication(f"{site.name}/{n}", "1.0") for n, i in enumerate(images)]
    site.push(*publications)
    site.proxy.seen.clear()
    assert all(outcome.complete for outcome in site.push(*publications))
    assert len(site.proxy.seen) == 20


def test_only_the_changed_layer_is_sent(site: Pushing, image: TinyImage, tmp_path: Path) -> None:
    site.push(image.publication(site.name, "1.0"))
    changed = TinyImage(tmp_path / "changed", b"base", b"application 2")
    (outcome,) = site.push(changed.publication(site.name, "1.0"))
    assert len(outcome.sent) == 2  # the layer and the config
    assert [blob.size for blob in outcome.present] == [len(b"base")]
    assert site.digest("1.0") == changed.digest


def test_an_index_brings_all_its_images(site: Pushing, tmp_path: Path) -> None:
    images = [
        TinyImage(tmp_path / architecture, b"shared", b"x", architecture=architecture)
        for architecture in ("amd64", "arm64")
    ]
    (outcome,) = site.push(publication(images, site.name, "1.0"))
    assert len(outcome.sent) == 4  # two layers, each once, and two configs
    assert site.digest("1.0") == publication(images, site.name).root.digest
    for each in images:
        assert site.digest(each.digest) == each.digest


def test_each_image_of_an_index_has_a_tag_of_its_architecture(
    site: Pushing, tmp_path: Path
) -> None:
    images = [TinyImage(tmp_path / a, a.encode(), architecture=a) for a in ("amd64", "arm64")]
    whole = publication(images, site.name, "1.0", architecture_tags=True)
    (outcome,) = site.push(whole)
    assert sorted(outcome.written) == ["1.0", "1.0-amd64", "1.0-arm64"]
    # The tag of the index comes last: no image that it names is being written then.
    puts = [line for line in site.proxy.seen if line.startswith("PUT")]
    assert puts[-1].endswith("/1.0")
    assert site.digest("1.0") == whole.root.digest
    assert [site.digest("1.0-amd64"), site.digest("1.0-arm64")] == [i.digest for i in images]
    (again,) = site.push(whole)
    assert again.written == []
    assert sorted(again.kept) == ["1.0", "1.0-amd64", "1.0-arm64"]


def test_two_images_of_one_architecture_have_no_tags_of_theirs(tmp_path: Path) -> None:
    images = [TinyImage(tmp_path / name, name.encode(), architecture="arm") for name in "ab"]
    whole = publication(images, "app", "1.0", architecture_tags=True)
    with pytest.raises(PublicationError, match=r"1\.0-arm would name two images"):
        whole.named("1.0")


def test_many_images_share_the_work(site: Pushing, tmp_path: Path) -> None:
    shared = LARGE[:100_000]
    images = [TinyImage(tmp_path / str(n), shared, b"%d" % n) for n in range(4)]
    publications = [i.publication(f"{site.name}/{n}", "1.0") for n, i in enumerate(images)]
    outcomes = site.push(*publications)
    sent = [blob.size for outcome in outcomes for blob in outcome.sent]
    assert sent.count(len(shared)) == 1
    mounted = [blob.size for outcome in outcomes for blob in outcome.mounted]
    assert mounted.count(len(shared)) == 3
    # No tag before everything is there.
    tags = [
        n for n, line in enumerate(site.proxy.seen) if line.startswith("PUT") and "/1.0" in line
    ]
    first_tag = min(tags)
    assert not any("/blobs/" in line for line in site.proxy.seen[first_tag:])


def test_a_layer_is_mounted_from_where_the_user_says(
    site: Pushing, image: TinyImage, tmp_path: Path
) -> None:
    site.push(image.publication(f"{site.name}/base"))
    derived = TinyImage(tmp_path / "derived", b"base", b"more")
    (outcome,) = site.push(derived.publication(f"{site.name}/app", mount_from=f"{site.name}/base"))
    assert [blob.size for blob in outcome.mounted] == [len(b"base")]
    assert len(outcome.sent) == 2


def test_a_layer_is_mounted_from_where_the_base_was_pulled(
    site: Pushing, image: TinyImage, tmp_path: Path
) -> None:
    site.push(image.publication(f"{site.name}/base"))
    derived = TinyImage(tmp_path / "derived", b"base", b"more")
    pulled_from = (f"{site.proxy.address}/{site.name}/base", "registry.example/another")
    item = publication([derived], f"{site.name}/app", index=False, repositories=pulled_from)
    (outcome,) = site.push(item)
    assert [blob.size for blob in outcome.mounted] == [len(b"base")]


def test_what_may_not_be_mounted_is_sent(site: Pushing, image: TinyImage, tmp_path: Path) -> None:
    site.push(image.publication(f"{site.name}/base"))
    derived = TinyImage(tmp_path / "derived", b"base", b"more")
    site.proxy.faults = [Fault("403", "POST", "mount=", times=3)]
    item = derived.publication(f"{site.name}/app", mount_from=f"{site.name}/base")
    (outcome,) = site.push(item)
    assert len(outcome.sent) == 3
    assert outcome.mounted == []


@pytest.mark.usefixtures("small_chunks")
def test_a_large_blob_goes_in_chunks(site: Pushing, tmp_path: Path) -> None:
    image = TinyImage(tmp_path / "large", LARGE)
    site.push(image.publication(site.name, "1.0"))
    assert site.proxy.count("PATCH") == 4
    assert site.digest("1.0") == image.digest


# Trouble that passes.


@pytest.mark.usefixtures("small_chunks")
def test_a_broken_upload_is_resumed_where_it_broke(site: Pushing, tmp_path: Path) -> None:
    site.proxy.faults = [Fault("drop", "PATCH", "_state=.*", times=1)]
    image = TinyImage(tmp_path / "large", LARGE)
    site.push(image.publication(site.name, "1.0"))
    # One chunk of four was sent twice, in the same session.
    assert site.proxy.count("PATCH") == 5
    assert site.proxy.count("POST") == 2  # of the layer and of the config
    assert site.digest("1.0") == image.digest


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("kind", ["cut", "lose", "damage", "500"])
def test_an_upload_that_cannot_be_resumed_begins_anew(
    site: Pushing, tmp_path: Path, kind: str
) -> None:
    image = TinyImage(tmp_path / "large", LARGE)
    site.proxy.faults = [Fault(kind, "PATCH")]
    (outcome,) = site.push(image.publication(site.name, "1.0"))
    assert len(outcome.sent) == 2
    assert site.digest("1.0") == image.digest


@pytest.mark.parametrize("kind", ["drop", "cut", "lose", "429", "500", "502", "503"])
@pytest.mark.parametrize("path", ["blobs/sha256", "blobs/uploads", "manifests/sha256", "/1.0"])
def test_trouble_that_passes_is_sat_out(
    site: Pushing, image: TinyImage, kind: str, path: str
) -> None:
    site.proxy.faults = [Fault(kind, path=path, times=2)]
    site.push(image.publication(site.name, "1.0"))
    assert site.digest("1.0") == image.digest
    assert site.waited


@pytest.mark.parametrize("path", ["manifests/sha256", "/1.0"])
def test_a_registry_may_miss_a_blob_for_a_moment(
    site: Pushing, image: TinyImage, path: str
) -> None:
    site.proxy.faults = [Fault("400", "PUT", path, times=2, code="MANIFEST_BLOB_UNKNOWN")]
    site.push(image.publication(site.name, "1.0"))
    assert site.digest("1.0") == image.digest


@pytest.mark.parametrize("kind", ["damage", "grow"])
def test_a_blob_damaged_on_its_way_is_sent_again(
    site: Pushing, image: TinyImage, kind: str
) -> None:
    site.proxy.faults = [Fault(kind, "PUT", "blobs", times=2)]
    site.push(image.publication(site.name, "1.0"))
    assert site.digest("1.0") == image.digest


def test_a_tag_damaged_on_its_way_is_written_again(site: Pushing, image: TinyImage) -> None:
    site.proxy.faults = [Fault("grow", "PUT", "/1.0", times=2)]
    site.push(image.publication(site.name, "1.0"))
    assert site.digest("1.0") == image.digest


def test_a_registry_says_how_long_to_wait(site: Pushing, image: TinyImage) -> None:
    site.proxy.faults = [Fault("429", "PUT", "blobs", value=7)]
    site.push(image.publication(site.name, "1.0"))
    assert 7 in site.waited
    assert any("429" in said and said.endswith("trying again in 7 s") for said in site.said)


def test_short_waits_are_not_worth_a_word(site: Pushing, image: TinyImage) -> None:
    site.proxy.faults = [Fault("500", "PUT", "blobs", times=2)]
    site.push(image.publication(site.name, "1.0"))
    assert site.waited
    assert site.said == []


def test_a_slow_registry_is_waited_for(site: Pushing, image: TinyImage) -> None:
    site.proxy.faults = [Fault("slow", "PUT", "blobs", value=1.0)]
    site.push(image.publication(site.name, "1.0"))
    assert site.digest("1.0") == image.digest


def test_a_silent_registry_is_asked_again(site: Pushing, image: TinyImage) -> None:
    site.options = replace(site.options, timeout=(2, 2))
    site.proxy.faults = [Fault("slow", "POST", "blobs", value=3.0)]
    site.push(image.publication(site.name, "1.0"))
    assert site.waited
    assert site.digest("1.0") == image.digest


# Trouble that stays never leaves a broken tag.


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault("drop", "PUT", "blobs"), "cannot be reached"),
        (Fault("cut", "PUT", "blobs"), "cannot be reached"),
        (Fault("damage", "PUT", "blobs"), "DIGEST_INVALID"),
        (Fault("500", "PUT", "blobs"), "500"),
        (Fault("429", "POST", "blobs"), "429"),
        (Fault("500", "PUT", "manifests/sha256"), "500"),
        (Fault("damage", "PUT", "manifests/sha256"), "400"),
        (Fault("grow", "PUT", "manifests/sha256"), "DIGEST_INVALID"),
        (Fault("403", "PUT", "manifests/sha256"), "403"),
        (Fault("500", "HEAD", "blobs"), "500"),
    ],
    ids=str,
)
def test_no_tag_names_what_is_not_there(
    site: Pushing,
    image: TinyImage,
    tmp_path: Path,
    fault: Fault,
    message: str,
) -> None:
    site.push(image.publication(site.name, "1.0"))
    changed = TinyImage(tmp_path / "changed", b"base", b"application 2")
    fault.times = 1000
    site.proxy.faults = [fault]
    with pytest.raises(RegistryError, match=message):
        site.push(changed.publication(site.name, "1.0", "2.0"))
    site.proxy.faults = []
    assert site.digest("1.0") == image.digest
    assert site.digest("2.0") == ""
    # And the next push brings what is missing.
    site.push(changed.publication(site.name, "1.0", "2.0"))
    assert site.digest("1.0") == changed.digest


# Another tool's reader.


def test_skopeo_reads_what_was_pushed(site: Pushing, tmp_path: Path) -> None:
    images = [
        TinyImage(tmp_path / architecture, b"shared", b"x", architecture=architecture)
        for architecture in ("amd64", "arm64")
    ]
    site.push(publication(images, site.name, "1.0"))
    done = subprocess.run(
        [
            *debian_program("skopeo"),
            "inspect",
            "--raw",
            "--tls-verify=false",
            f"docker://{site.proxy.address}/{site.name}:1.0",
        ],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    digests = [entry["digest"] for entry in json.loads(done.stdout)["manifests"]]
    assert digests == [image.digest for image in images]
