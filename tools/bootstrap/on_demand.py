"""Fetches parts of Bazel's root when a build first needs them: compilers, Java.

Bazel asks for them in repository rules, which may use the network. Their places are prepared when
the root is made; the packages come into directories next to it.
"""

from __future__ import annotations

import os
import shlex

FETCH = "usr/share/plinth/fetch"
"""A program in the root: ``fetch NAME`` makes sure that those packages are there."""

_FETCH_SCRIPT = """#!/bin/sh
# Fetches packages of Bazel's that most builds do not need, once: fetch NAME
set -eu
[ ! -e {directory}/"$1" ] || exit 0
start='import runpy, sys
sys.path.insert(0, sys.argv[1])
runpy.run_module("tools.bootstrap", run_name="__main__", alter_sys=True)'
# bazelw says where the program is that fetches.
repository=${{BAZELW_REPOSITORY:?start Bazel with bazelw}}
exec /usr/bin/python3 -I -B -c "$start" "$repository" {directory} {architecture} "$1"
"""


def prepare_fetching(root: str, directory: str, architecture: str) -> None:
    """Put `FETCH` into the root.

    Args:
        root: Bazel's root.
        directory: the final place of the root's directory.
        architecture: Debian's name of it.
    """
    text = _FETCH_SCRIPT.format(directory=shlex.quote(directory), architecture=architecture)
    write_script(root, FETCH, text)


def write_script(root: str, path: str, text: str) -> None:
    """Write a program into the root."""
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(target, 0o755)  # noqa: S103 - as all programs


def replace_text(root: str, path: str, before: str, after: str) -> None:
    """Replace a text that occurs once in one of the packages' files.

    Raises:
        ValueError: it is not there; the pinned package has changed.
    """
    target = os.path.join(root, path)
    with open(target, encoding="utf-8") as file:
        start, found, end = file.read().partition(before)
    if not found:
        raise ValueError(f"{path} is not what it was")
    with open(target, "w", encoding="utf-8") as file:
        file.write(start + after + end)
