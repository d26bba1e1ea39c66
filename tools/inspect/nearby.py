"""Finds the file of an image that a missing name may have meant."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING

from tools.inspect.problem import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.inspect.image_facts import ImageFacts


def nearby_file(image: ImageFacts, path: str) -> str:
    """Return the absolute path of a file that may have been meant; empty where there is none.

    It ends as the path does (a prefix is wrong), has its name, almost its name in its directory, or
    is the only one of its kind there.
    """
    wanted = posixpath.normpath("/" + path.lstrip("/"))[1:]
    directory, _, name = wanted.rpartition("/")
    files = [path for path, entry in image.entries.items() if entry["type"] != "directory"]
    own = [
        path
        for path in files
        if image.entries[path].get("origin") not in image.packages and "node_modules/" not in path
    ]
    for ending in (f"/{wanted}", f"/{name}"):
        found = [each for each in own if f"/{each}".endswith(ending)]
        if found:
            return shown("/" + min(found, key=len))
    beside = {
        each.rpartition("/")[2]: each for each in files if posixpath.dirname(each) == directory
    }
    close = nearest(name, beside)
    if close:
        return shown("/" + beside[close])
    kind = posixpath.splitext(name)[1]
    alike = [each for each in own if posixpath.dirname(each) == directory and each.endswith(kind)]
    return shown("/" + alike[0]) if kind and len(alike) == 1 else ""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the most similar name; empty if there is none."""
    return next(iter(difflib.get_close_matches(name, list(names), 1, 0.7)), "")
