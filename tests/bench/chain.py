"""Twenty images, each built on the one before: what another image on a base costs."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tests.bench.measure import Row, measure
from tests.bench.workspace import Workspace

LENGTH = 20
_PACKAGE = "bench_chain"
_BASE = "//base/python3:debian13_nonroot"
_BUILD = """\
load("//rules:image.bzl", "image")
load("//rules:layer.bzl", "files_layer")

[
    (
        files_layer(
            name = "file_%d" % number,
            srcs = ["BUILD.bazel"],
            directory = "/srv/%d" % number,
        ),
        image(
            name = "image_%d" % number,
            base = ":image_%d" % (number - 1) if number else "BASE",
            layers = [":file_%d" % number],
        ),
    )
    for number in range(LENGTH)
]
"""


@dataclass(frozen=True)
class Chain:
    """What the chain needs.

    Attributes:
        row: seconds to build the manifests of all images, their layers and base being there.
        base_bytes: the layers of the base.
        added_bytes: what all images add to the disk: manifests, configurations, descriptors.
        layers: of the last image.
    """

    row: Row
    base_bytes: int
    added_bytes: int
    layers: int


def chain(workspace: Workspace, runs: int) -> Chain:
    """Build the chain's metadata again, ``runs`` times."""
    directory = os.path.join(workspace.directory, _PACKAGE)
    os.mkdir(directory)
    build = os.path.join(directory, "BUILD.bazel")
    text = _BUILD.replace("BASE", _BASE).replace("LENGTH", str(LENGTH))

    def change() -> None:
        # Another content gives every image another manifest.
        with open(build, "a", encoding="utf-8") as stream:
            stream.write("# changed\n")

    with open(build, "w", encoding="utf-8") as stream:
        stream.write(text)
    targets = [f"//{_PACKAGE}:image_{number}" for number in range(LENGTH)]
    row = measure(
        f"{LENGTH} images in a chain → manifests",
        lambda: workspace.bazel("build", "--output_groups=metadata", *targets),
        runs,
        before=change,
    )
    made = os.path.join(workspace.directory, "bazel-bin", _PACKAGE)
    suffixes = (".manifest.json", ".config.json", ".descriptor.json")
    added = sum(
        os.path.getsize(os.path.join(made, name))
        for name in os.listdir(made)
        if name.endswith(suffixes)
    )
    layers = workspace.layers(targets[-1])
    below = layers[: len(layers) - LENGTH]
    return Chain(row, sum(layer.size for layer in below), added, len(layers))


def print_chain(found: Chain) -> None:
    """Print one line of time and one of bytes."""
    row = found.row
    print(f"\n{row.name:44}{row.low:8.2f}{row.median:10.2f}{row.high:8.2f}")
    print(
        f"{'what they add to the disk':44}{found.added_bytes / 1e3:8.0f} kB,"
        f" {found.added_bytes / LENGTH / 1e3:.1f} kB an image of up to {found.layers} layers,"
        f" on a base of {found.base_bytes / 1e6:.1f} MB"
    )
