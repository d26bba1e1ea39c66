"""The Python modules of an image's layout, with their source: what ``python_imports`` reads."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.inspect.layout_facts import read_contents

if TYPE_CHECKING:
    from tools.inspect.image_facts import ImageFacts


@dataclass(frozen=True, slots=True)
class PythonModules:
    """Modules by name; a package is ``package.__init__``.

    Attributes:
        paths: where each is, in the image.
        sources: text of those written in Python.
        extensions: names of the others.
    """

    paths: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    extensions: set[str] = field(default_factory=set)


def read_modules(layout: str, image: ImageFacts) -> PythonModules:
    """Read the modules that the image's Python finds.

    Raises:
        PlinthError: the layout is damaged.
    """
    found = PythonModules()
    directories = sorted(_search_path(image), key=len, reverse=True)
    sources = dict(read_contents(layout, image, lambda path: path.endswith(".py")))
    for path in image.entries:
        directory = next((item for item in directories if path.startswith(item + "/")), None)
        if directory is None:
            continue
        name, dot, suffix = path[len(directory) + 1 :].rpartition("/")[2].partition(".")
        folder = os.path.dirname(path[len(directory) + 1 :]).replace("/", ".")
        module = f"{folder}.{name}" if folder else name
        if dot and suffix == "py" and path in sources:
            found.sources[module] = sources[path].decode("utf-8", "replace")
        elif dot and suffix.endswith("so"):
            found.extensions.add(module)
        else:
            continue
        found.paths[module] = path
    return found


def _search_path(image: ImageFacts) -> set[str]:
    """Return the path of Debian's Python: its libraries, dist-packages, PYTHONPATH."""
    found = {item.strip("/") for item in image.environment.get("PYTHONPATH", "").split(":")}
    for path, entry in image.entries.items():
        parent, _, name = path.rpartition("/")
        if entry["type"] == "directory" and name.startswith("python3") and parent.endswith("lib"):
            below = ("lib-dynload", "dist-packages", "site-packages")
            found |= {path, *(f"{path}/{folder}" for folder in below)}
    return found - {""}
