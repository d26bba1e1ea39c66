"""Unpacks the layers of an image into a directory, as a container runtime does, unprivileged.

Links of the image are followed as by a process with that directory as its root. So nothing is
written, changed or removed outside of it.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from tools.errors import PlinthError
from tools.tar.header import DIRECTORY, FILE, HARDLINK, SYMLINK
from tools.tar.members import read_members
from tools.tar.reader import MOST_LINKS, OPAQUE, WHITEOUT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.tar.reader import TarEntry


class UnpackError(PlinthError):
    """A layer cannot be unpacked."""


def unpack_layers(layers: Iterable[str], root: str) -> None:
    """Unpack layers, lowest first; files belong to the caller, and times are 0.

    Directories get their modes last, so that a directory without write permission can be filled.

    Args:
        layers: paths of compressed tar archives.
        root: a directory.

    Raises:
        OSError: something cannot be read or written.
        PlinthError: a layer is damaged.
    """
    directories: dict[str, int] = {}
    for layer in layers:
        for entry in read_members(layer):
            if entry.type == DIRECTORY:
                directories[entry.path] = entry.mode
            if entry.path:
                _add(entry, root)
    for path, mode in directories.items():
        directory = os.path.join(root, path) if path else root
        # Not one that a later layer has replaced with a link, or moved below one.
        if _within(root, path) == directory and os.path.isdir(directory):
            os.chmod(directory, mode)


def _add(entry: TarEntry, root: str) -> None:
    above, _, name = entry.path.rpartition("/")
    parent = _within(root, above)
    if name.startswith(WHITEOUT):
        _hide(parent, name)
        return
    os.makedirs(parent, exist_ok=True)
    path = os.path.join(parent, name)
    if entry.type == DIRECTORY and os.path.isdir(path) and not os.path.islink(path):
        return
    _remove(path)
    if entry.type == DIRECTORY:
        os.mkdir(path)
    elif entry.type == SYMLINK:
        os.symlink(entry.target, path)
    elif entry.type == FILE:
        with open(path, "xb") as stream:
            stream.writelines(entry.body())
        os.chmod(path, entry.mode)
        os.utime(path, (0, 0))
    elif entry.type == HARDLINK:  # devices need privileges, and every runtime makes its own
        place, _, linked = entry.target.rpartition("/")
        os.link(os.path.join(_within(root, place), linked), path, follow_symlinks=False)


def _hide(directory: str, name: str) -> None:
    victim = name.removeprefix(WHITEOUT)
    if name == OPAQUE:
        victims = os.listdir(directory) if os.path.isdir(directory) else []
    elif victim in {"", ".", ".."}:
        raise UnpackError(f"{name} hides no file")
    else:
        victims = [victim]
    for each in victims:
        _remove(os.path.join(directory, each))


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def _within(root: str, path: str) -> str:
    """Return the place of a path of the image, with all links followed."""
    found: list[str] = []
    left = path.split("/")[::-1]
    links = 0
    while left:
        part = left.pop()
        if part == "..":
            del found[-1:]
        elif part not in {"", "."}:
            here = os.path.join(root, *found, part)
            if not os.path.islink(here):
                found.append(part)
                continue
            links += 1
            if links > MOST_LINKS:
                raise UnpackError(f"{path}: too many links")
            target = os.readlink(here)
            if target.startswith("/"):
                found = []
            left += target.split("/")[::-1]
    return os.path.join(root, *found)
