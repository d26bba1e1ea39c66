"""``python3 -m tests.bench.images``: what images are made of, and what an update of OpenSSL moves.

Builds the facts of the images, not their layers, and writes ``tests/bench/results/images.json``.
The figures depend on the locks of the tree alone, not on the machine or its load.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.bench.record import record

_RESULTS = "tests/bench/results/images.json"
_BASE, _APPLICATION = "//base/python3:debian13_nonroot", "//examples/python:image"
_LOCK = "base/debian13.lock.json"
_FORMATS = ("gzip", "zstd", "estargz", "zstd:chunked")
_SLICES = {"whole": "//examples/slices:full", "sliced": "//examples/slices:image"}
_UPDATED = "openssl"
"""The source package whose update is calculated."""

_EXPRESSION = (
    "'\\n'.join([str(target.label) + ' ' + file.path"
    " for file in target.output_groups.facts.to_list()])"
)


def main() -> int:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench.images", description=__doc__)
    parser.add_argument("--bazel", default="./bazelw", help="Bazel (default: ./bazelw)")
    options = parser.parse_args()
    base, application, whole, sliced = _layers(
        options.bazel, [_BASE, _APPLICATION, *_SLICES.values()]
    )
    formats = {
        name: _compressed(*_layers(options.bazel, [_APPLICATION], f"--//rules:compression={name}"))
        for name in _FORMATS
    }
    with open(_LOCK, encoding="utf-8") as stream:
        lock = json.load(stream)
    sources = {package["name"]: package["source"] for package in lock["packages"]["amd64"]}
    record(
        _RESULTS,
        "python3 -m tests.bench.images",
        {
            "lock": {
                "archives": {
                    f"{name} {suite}": read["date"]
                    for name, archive in sorted(lock["archives"].items())
                    for suite, read in sorted(archive["suites"].items())
                },
                "packages": len(sources),
            },
            "application": _image(application, sources),
            "base": _image(base, sources),
            "berkeley_db": _package(base, "libdb5.3t64"),
            "formats": {
                **formats,
                "estargz_percent": 100 * (formats["estargz"] / formats["gzip"] - 1),
                "zstd_chunked_percent": 100 * (formats["zstd:chunked"] / formats["zstd"] - 1),
            },
            "slices": {"sliced": _compressed(sliced), "whole": _compressed(whole)},
        },
    )
    print(_RESULTS)
    return 0


def _layers(bazel: str, targets: Sequence[str], *options: str) -> list[list[dict[str, Any]]]:
    """Return the facts of the layers of each image, lowest first."""
    quiet = ["--noshow_progress", "--ui_event_filters=-info", *options]
    subprocess.run([bazel, "build", *quiet, "--output_groups=facts", *targets], check=True)
    lines = subprocess.run(
        [
            bazel,
            "cquery",
            *quiet,
            f"set({' '.join(targets)})",
            "--output=starlark",
            f"--starlark:expr={_EXPRESSION}",
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.splitlines()
    found: dict[str, list[dict[str, Any]]] = {target: [] for target in targets}
    for line in lines:
        label, _, path = line.partition(" ")
        if path.endswith(".layer.json"):
            with open(path, encoding="utf-8") as stream:
                found[label.lstrip("@")].append(json.load(stream))
    return list(found.values())


def _compressed(layers: Sequence[dict[str, Any]]) -> int:
    return sum(layer["size"] for layer in layers)


def _package(layers: Sequence[dict[str, Any]], name: str) -> int:
    """Return the compressed size of a package."""
    return sum(
        each["compressed_size"]
        for layer in layers
        for each in layer["fragments"]
        if each["package"] == name
    )


def _image(layers: Sequence[dict[str, Any]], sources: dict[str, str]) -> dict[str, Any]:
    listed = [_layer(layer, sources) for layer in layers]
    return {
        "compressed": _compressed(layers),
        "files": sum(layer["files"] for layer in listed),
        "layers": listed,
        "packages": sum(layer["packages"] for layer in listed),
        "update": {
            "lazily": sum(layer["updated"] for layer in listed),
            "layers": sum(layer["updated"] > 0 for layer in listed),
            "moved": sum(layer["compressed"] for layer in listed if layer["updated"]),
        },
    }


def _layer(layer: dict[str, Any], sources: dict[str, str]) -> dict[str, Any]:
    fragments = layer["fragments"]
    largest = sorted(fragments, key=lambda each: -each["compressed_size"])
    return {
        "compressed": layer["size"],
        "created_by": layer["created_by"],
        "files": sum(entry["type"] != "directory" for entry in layer["entries"]),
        "largest": [each["package"] or each["origin"] for each in largest[:3]],
        "packages": sum(each["package"] is not None for each in fragments),
        "updated": sum(
            each["compressed_size"]
            for each in fragments
            if each["package"] and sources.get(each["package"]) == _UPDATED
        ),
    }


if __name__ == "__main__":
    sys.exit(main())
