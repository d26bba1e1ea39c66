"""``lock-images``: asks registries what tags name, and writes the digests to a lock.

{"version": 1, "images": {NAME: {"image": "HOST/NAME", "tag": …, "digest": "sha256:…",
"insecure"?: true}, …}}
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tools.command.parser import command_parser
from tools.errors import PlinthError
from tools.registry.client import Client
from tools.registry.connection import add_connection_options, connection_options, connections
from tools.registry.reference import Reference, Repository, parse_reference

_VERSION = 1


_EXAMPLES = """\
examples:
  bazel run //:images.lock                       update all images
  bazel run //:images.lock -- --update base      update one image
  bazel run //:images.lock -- --check            in CI: is there something newer?
"""


def lock_images(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Write the lock, or check it.

    Raises:
        PlinthError: an image is not there, or the lock is not one; nothing was written.
    """
    parser = command_parser(
        "image_lock",
        "Asks registries which digests tags name now, and writes them to a lock file.",
        _EXAMPLES,
    )
    parser.add_argument("--lock", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--image", action="append", required=True, help=argparse.SUPPRESS)
    parser.add_argument(
        "--update", nargs="+", default=[], metavar="NAME", help="update only these images"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a tag names another digest"
    )
    add_connection_options(parser)
    options = parser.parse_args(arguments)
    path = os.path.join(environment.get("BUILD_WORKSPACE_DIRECTORY", ""), options.lock)
    wanted = dict(_wanted(item) for item in options.image)
    unknown = sorted(set(options.update) - set(wanted))
    if unknown:
        raise PlinthError(f"no image {unknown[0]!r}\n  there are: {', '.join(sorted(wanted))}")
    old = _read(path)
    connect = connections(
        connection_options(options, environment, lambda text: print(text, file=sys.stderr))
    )
    new = {}
    for name, reference in sorted(wanted.items()):
        known = old.get(name)
        if options.update and name not in options.update and known:
            new[name] = known
            continue
        new[name] = _locked(reference, connect, insecure=options.insecure)
    for line in _changes(old, new):
        print(line)
    if options.check:
        if new != old:
            raise PlinthError(f"{options.lock}: differs from the registries")
        return
    content = json.dumps({"version": _VERSION, "images": new}, indent=1, sort_keys=True) + "\n"
    temporary = f"{path}.{os.getpid()}.new"
    with open(temporary, "w", encoding="utf-8") as stream:
        stream.write(content)
    os.replace(temporary, path)


def _wanted(item: str) -> tuple[str, Reference]:
    name, _, text = item.partition("=")
    reference = parse_reference(text)
    if not reference.tag or reference.digest:
        raise PlinthError(
            f"{name}: {text} names no tag\n"
            "  write HOST/NAME:TAG; to keep a digest, use image_pull.image"
        )
    return name, reference


def _locked(
    reference: Reference, connect: Callable[[Repository], Client], *, insecure: bool
) -> dict[str, Any]:
    digest = connect(reference.repository).manifest(reference.tag).digest
    return {
        "image": str(reference.repository),
        "tag": reference.tag,
        "digest": digest,
        **({"insecure": True} if insecure else {}),
    }


def _read(path: str) -> dict[str, Any]:
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    version = document.get("version") if isinstance(document, dict) else None
    images = document.get("images") if isinstance(document, dict) else None
    if version != _VERSION or not isinstance(images, dict):
        raise PlinthError(f"{path}: not a lock of images\n  remove it, and it will be made again")
    return images


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    lines = []
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if after is None:
            lines.append(f"{name}: removed")
            continue
        was = f" (was {before['digest'][:19]})" if before and "digest" in before else ""
        lines.append(f"{name}: {after['image']}:{after['tag']} is {after['digest']}{was}")
    return lines or ["no tag has changed"]
