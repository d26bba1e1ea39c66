"""An image is the same wherever, whenever and however it is built, so its parts can be shared."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.nested_bazel import NestedBazel, copy_workspace
from tests.integration.remote_cache import RemoteCache, remote_cache

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


@pytest.fixture(scope="module")
def cache() -> Iterator[RemoteCache]:
    """Provide an empty remote cache."""
    with remote_cache() as made:
        yield made


def digest(layout: str) -> str:
    with open(os.path.join(layout, "index.json"), encoding="utf-8") as stream:
        (manifest,) = json.load(stream)["manifests"]
    return str(manifest["digest"])


def test_digest_does_not_depend_on_the_build(bazel: NestedBazel, cache: RemoteCache) -> None:
    done = bazel.run(
        "build",
        IMAGE,
        f"--remote_cache={cache.url}",
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


def test_every_action_can_come_from_a_remote_cache(bazel: NestedBazel, cache: RemoteCache) -> None:
    options = [f"--remote_cache={cache.url}", "--remote_download_outputs=minimal"]
    filled = bazel.run("build", IMAGE, *options)
    assert filled.returncode == 0, filled.stderr
    bazel.run("clean")
    done = bazel.run("build", IMAGE, *options)
    assert done.returncode == 0, done.stderr
    (processes,) = re.findall(r"INFO: \d+ processes: (.*)\.", done.stderr)
    assert re.fullmatch(r"\d+ remote cache hit, \d+ internal", processes)


def test_an_image_that_nobody_lays_out_costs_no_download(
    bazel: NestedBazel, cache: RemoteCache
) -> None:
    options = [f"--remote_cache={cache.url}", "--output_groups=-oci_layout"]
    filled = bazel.run("build", IMAGE, *options)
    assert filled.returncode == 0, filled.stderr
    bazel.run("clean")
    cache.sent.clear()
    done = bazel.run("build", IMAGE, *options)
    assert done.returncode == 0, done.stderr
    assert 0 < cache.sent["cas"] < 1000, "its digest, and the line about it"


def test_configurations_share_their_actions(bazel: NestedBazel, cache: RemoteCache) -> None:
    options = [
        f"--remote_cache={cache.url}",
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
