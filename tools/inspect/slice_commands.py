"""The verbs of the program that make slices: ``unpack``, ``trace`` and ``slice``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.inspect.layout_facts import layer_blobs, read_layout
from tools.inspect.python_imports import reachable
from tools.inspect.python_modules import read_modules
from tools.inspect.slice_file import write_slice
from tools.inspect.slicing import ALWAYS, needed_files, slice_globs, unneeded_packages
from tools.inspect.sources import find_images
from tools.inspect.trace import FileWatch
from tools.tar.unpack import unpack_layers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tools.inspect.image_facts import ImageFacts

VERBS = ("unpack", "trace", "slice")


def add_verbs(verbs: Any) -> None:
    """Describe the command lines of the verbs."""
    unpack = verbs.add_parser("unpack", help="unpack an image into a directory")
    unpack.add_argument("layout", help="an OCI layout directory")
    unpack.add_argument("root", help="a directory that is not there yet")
    trace = verbs.add_parser("trace", help="note which files a command opens in a directory")
    trace.add_argument("--root", required=True, help="the unpacked image")
    trace.add_argument(
        "--out", required=True, help="the list of paths; paths that it already has stay"
    )
    trace.add_argument("command", nargs="+", help="runs the image: podman run --rootfs ROOT …")
    make = verbs.add_parser("slice", help="write which files an image does not need")
    make.add_argument("image", help="the target of the image")
    make.add_argument("--trace", nargs="+", default=[], help="lists that trace has written")
    make.add_argument(
        "--imports",
        nargs="+",
        default=[],
        help="Python modules, or PACKAGE.*, of which everything they import stays",
    )
    make.add_argument(
        "--without",
        nargs="+",
        default=[],
        help="modules that are imported in theory only, such as pdb and unittest",
    )
    make.add_argument("--layout", help="the image's layout directory, where --imports reads source")
    make.add_argument("--keep", nargs="+", default=[], help="globs of files to keep in any case")
    make.add_argument("--out", required=True, help="the slice file, such as app_slice.bzl")


def run(options: argparse.Namespace) -> int:
    """Run a verb; the exit status is 1 after an error, or that of the traced command."""
    workspace = os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd())
    os.chdir(workspace)
    try:
        if options.verb == "unpack":
            return _unpack(options.layout, options.root)
        if options.verb == "trace":
            return _trace(options.root, options.out, options.command)
        return _slice(options, workspace)
    except (PlinthError, OSError, tarfile.TarError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _unpack(layout: str, root: str) -> int:
    images = read_layout(layout)
    if len(images) != 1:
        raise PlinthError(f"{layout}: {len(images)} images\n  give a layout of one platform")
    os.mkdir(root)
    unpack_layers(layer_blobs(layout, images[0]), root)
    return 0


def _trace(root: str, out: str, command: Sequence[str]) -> int:
    opened = set(_read_trace(out)) if os.path.exists(out) else set()
    with FileWatch(root) as watch:
        done = subprocess.run(command, check=False)
    opened |= watch.opened
    with open(out, "w", encoding="utf-8", errors="surrogateescape") as stream:
        json.dump(sorted(opened), stream, indent=1)
        stream.write("\n")
    print(f"{out}: {len(watch.opened)} files opened, {len(opened)} in all", file=sys.stderr)
    return done.returncode


def _slice(options: argparse.Namespace, workspace: str) -> int:
    if os.path.isdir(os.path.join(workspace, options.image)):
        raise PlinthError(
            f"{options.image}: a layout does not say which package has brought a file\n"
            "  name the target of the image"
        )
    if not options.trace and not options.imports:
        raise PlinthError("nothing says what is used\n  give --trace, --imports or both")
    if options.imports and not options.layout:
        raise PlinthError("--imports reads source: give the layout directory with --layout")
    used = {path for name in options.trace for path in _read_trace(name)}
    how = ["a trace"] if options.trace else []
    (image,) = find_images(options.image, workspace)
    if options.imports:
        used |= _imported(options, image)
        how.append(f"the imports of {', '.join(options.imports)}")
    needed = needed_files(image, used, (*ALWAYS, *options.keep))
    omit, keep = slice_globs(image, needed)
    packages = unneeded_packages(image, needed)
    with open(options.out, "w", encoding="utf-8") as stream:
        stream.write(write_slice(image.label, " and ".join(how), omit, keep, packages))
    files = [entry for entry in image.entries.values() if entry["type"] == "file"]
    size = sum(entry["size"] for entry in files)
    left = sum(entry["size"] for entry in files if entry["path"] in needed)
    print(
        f"{options.out}: of {len(files)} files, {size / 1e6:.1f} MB,"
        f" {sum(entry['path'] in needed for entry in files)} stay, {left / 1e6:.1f} MB",
        file=sys.stderr,
    )
    return 0


def _imported(options: argparse.Namespace, image: ImageFacts) -> set[str]:
    modules = read_modules(options.layout, image)
    roots, without = options.imports, options.without
    found = reachable(modules.sources, modules.extensions, roots, without)
    return {modules.paths[name] for name in found}


def _read_trace(path: str) -> list[str]:
    with open(path, encoding="utf-8", errors="surrogateescape") as stream:
        try:
            return list(json.load(stream))
        except ValueError as error:
            raise PlinthError(f"{path}: not a trace: {error}") from error
