"""`image_pull`: an image of a registry as a base, of which no more is pulled than is needed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.integration.nested_bazel import NestedBazel, copy_workspace
from tests.registry.proxy import Fault, proxy_before
from tests.registry.server import registry_server
from tools.image.validate import find_problems

RUNFILES = os.environ["RUNFILES_DIR"]

MODULE = """
pull = use_extension("//rules:pull.bzl", "image_pull")
pull.image(name = "pulled", image = "{image}", digest = "{digest}")
pull.install(lock = "//pulled_test:images.lock.json")
use_repo(pull, "pulled", "followed")
"""

BUILD = """
load("//rules:check.bzl", "budget_test")
load("//rules:image.bzl", "image")
load("//rules:layer.bzl", "files_layer")
load("//rules:pull.bzl", "image_lock")

files_layer(name = "files", srcs = ["BUILD.bazel"], directory = "/new")

image(name = "image", base = "@pulled", layers = [":files"])

image_lock(name = "images.lock", images = {{"followed": "{image}:1.0"}}, lock = "images.lock.json")

budget_test(name = "budget_test", image = ":image", max_layers = 3)
"""

# The tree's own .bazelrc asks for layouts.
METADATA = "--output_groups=metadata,-oci_layout"


def push_index(registry: str) -> tuple[str, str]:
    """Push an index; gives its repository and its digest."""
    done = subprocess.run(
        [os.path.join(RUNFILES, os.environ["PUSH_INDEX"]), "--registry", registry],
        capture_output=True,
        text=True,
        check=True,
    )
    image, _, digest = done.stdout.split()[0].partition("@")
    return image, digest


def test_layers_are_pulled_when_a_layout_needs_them(tmp_path: Path) -> None:
    workspace = Path(copy_workspace(str(tmp_path / "workspace")))
    bazel = NestedBazel(str(workspace), str(tmp_path / "output_base"))
    tmp_path.joinpath("registry").mkdir()
    with registry_server(tmp_path / "registry") as registry, proxy_before(registry) as proxy:
        image, digest = push_index(proxy.address)
        with workspace.joinpath("MODULE.bazel").open("a") as module:
            module.write(MODULE.format(image=image, digest=digest))
        workspace.joinpath("pulled_test").mkdir()
        workspace.joinpath("pulled_test", "BUILD.bazel").write_text(BUILD.format(image=image))
        try:
            # A tag becomes a digest in a file, and that a repository.
            done = bazel.run("run", "//pulled_test:images.lock")
            assert done.returncode == 0, done.stderr
            assert f"followed: {image}:1.0 is {digest}" in done.stdout
            done = bazel.run("build", "@followed", METADATA)
            assert done.returncode == 0, done.stderr

            # Metadata needs the index, and manifest and config of each of its three images.
            proxy.seen.clear()
            done = bazel.run("build", "@pulled", METADATA)
            assert done.returncode == 0, done.stderr
            assert proxy.count("GET .*/manifests/") == 4
            assert proxy.count("GET .*/blobs/") == 3

            # A test needs the layers of one platform. A damaged one is noticed.
            proxy.faults = [Fault("damage", "GET", "/blobs/"), Fault("half", "GET", "/blobs/")]
            proxy.seen.clear()
            done = bazel.run("test", "//pulled_test:budget_test")
            assert done.returncode == 0, done.stderr
            assert proxy.count("GET .*/manifests/") == 0
            assert proxy.count("GET .*/blobs/") == 4  # two layers, and two failures

            # A layout has them then.
            proxy.seen.clear()
            done = bazel.run("build", "//pulled_test:image")
            assert done.returncode == 0, done.stderr
            assert proxy.count("GET ") == 0

            layout = str(workspace / "bazel-bin" / "pulled_test" / "image")
            assert find_problems(layout) == []
            assert len(layers(layout)) == 3
        finally:
            bazel.shut_down()


def layers(layout: str) -> list[str]:
    """Return the digests of the layers of a layout's image."""
    root = Path(layout)
    (entry,) = json.loads(root.joinpath("index.json").read_text())["manifests"]
    path = root / "blobs" / "sha256" / entry["digest"].removeprefix("sha256:")
    return [layer["digest"] for layer in json.loads(path.read_text())["layers"]]
