"""``python3 -m tests.bench.growth``: what grows with the number of images, with slopes.

Builds workspaces of 10, 100 and 1 000 small images, each with files of its own on a shared base,
and counts what the builds cost: CPU time of Bazel's server and of its workers, actions, bytes from
a remote cache, files on disk. Other trees of Plinth can be measured in the same run:

    python3 -m tests.bench.growth --tree before=../plinth-before
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass

from tests.bench.images_workspace import ImagesWorkspace
from tests.integration.remote_cache import remote_cache

_RATIO = "…, as a ratio to a build of nothing"
_OPTIONS = ("--disk_cache=", "--noshow_progress")
_ROUNDS = 3


@dataclass(frozen=True)
class Column:
    """The figures of one tree with one number of images."""

    tree: str
    images: int
    figures: dict[str, float]


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000], help="images")
    parser.add_argument("--tree", action="append", default=[], help="NAME=DIRECTORY: another one")
    parser.add_argument("--layouts", action="store_true", help="with layouts of all images")
    parser.add_argument("--local", action="store_true", help="without a remote cache")
    options = parser.parse_args()
    trees = {"here": os.getcwd()} | dict(each.split("=", 1) for each in options.tree)
    more = ["--output_groups=+oci_layout"] if options.layouts else []
    columns = [
        Column(name, size, _figures(os.path.abspath(path), size, more, options.local))
        for size in options.sizes
        for name, path in trees.items()
    ]
    for name in trees:
        _print(name, [column for column in columns if column.tree == name])
    return 0


def _figures(tree: str, images: int, more: list[str], is_local: bool) -> dict[str, float]:
    directory = tempfile.mkdtemp(prefix="plinth-growth-")
    workspace = ImagesWorkspace.of(tree, images, directory)
    try:
        found = _measure(workspace, images, more)
        return found if is_local else found | _measure_remote_cache(workspace, more)
    finally:
        workspace.close()
        shutil.rmtree(directory, ignore_errors=True)


def _measure(workspace: ImagesWorkspace, images: int, more: list[str]) -> dict[str, float]:
    def build(*options: str) -> float:
        return workspace.cpu_seconds("build", *_OPTIONS, *more, *options, "//...")

    found = {"analysis, cold server: CPU s": build("--nobuild")}
    build()  # downloads, and starts workers
    workspace.cpu_seconds("clean")
    found["build: CPU s"] = build()
    found["build: actions"] = workspace.actions()
    found["output: MB"], found["output: files"] = workspace.output()
    build()  # the first after a build is slow
    idle = min(build() for _ in range(_ROUNDS))
    found["build of nothing: CPU s"] = idle
    edited, after = [], []
    for number in range(_ROUNDS):
        workspace.edit(f"app/{number}/main.py")
        edited.append(build())
        after.append(build())
    found["one file of one image: CPU s"] = min(edited)
    found["a build of nothing right after: CPU s"] = min(after)
    found[_RATIO] = min(after) / idle
    workspace.edit("base/release.txt")
    found["a layer of the base: CPU ms an image"] = 1e3 * build() / images
    print(f"{workspace.tree}, {images} images: {found}", file=sys.stderr)
    return found


def _measure_remote_cache(workspace: ImagesWorkspace, more: list[str]) -> dict[str, float]:
    with remote_cache() as cache:
        command = ("build", *_OPTIONS, *more, f"--remote_cache={cache.url}", "//...")
        workspace.cpu_seconds("clean")
        workspace.cpu_seconds(*command)
        workspace.cpu_seconds("clean")
        cache.sent.clear()
        return {
            "all from a remote cache: CPU s": workspace.cpu_seconds(*command),
            "all from a remote cache: MB of files": cache.sent["cas"] / 1e6,
            "all from a remote cache: MB of results": cache.sent["ac"] / 1e6,
        }


def _print(name: str, columns: list[Column]) -> None:
    sizes = [column.images for column in columns]
    print(f"\n{name:52}" + "".join(f"{size:>10}" for size in sizes) + f"{'slope':>10}")
    for row in columns[0].figures:
        values = [column.figures[row] for column in columns]
        slope = ""
        if len(sizes) > 1 and row != _RATIO:
            slope = f"{(values[-1] - values[0]) / (sizes[-1] - sizes[0]):.4f}"
        print(f"{row:52}" + "".join(f"{value:10.2f}" for value in values) + f"{slope:>10}")
    print("slope: what one more image adds, between the first size and the last")


if __name__ == "__main__":
    sys.exit(main())
