"""Checks that the module that Python starts, and those that it imports, are there.

Only the application's own modules are checked, which have ``imports`` in their facts. What wheels
and packages import is often optional.
"""

from __future__ import annotations

import posixpath
import re
import sys
from typing import TYPE_CHECKING

from tools.inspect.problem import Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.inspect.image_facts import ImageFacts

_PYTHON = re.compile(r"(?:.*/)?python(?:3(?:\.\d+)?)?")
_LIBRARY = re.compile(r"(?:usr/(?:local/)?lib|.*/lib)/python3(?:\.\d+)?")
_FOLDERS = ("directory", "symlink")
_SEARCHED = ("dist-packages", "lib-dynload", "site-packages")
_WITH_VALUE = frozenset({"-W", "-X", "--check-hash-based-pycs"})
_SERVERS = frozenset({"daphne", "gunicorn", "hypercorn", "uvicorn"})
_ELSEWHERE = ("--app-dir", "--chdir", "--pythonpath", "--config", "-c")
_APPLICATION = re.compile(r"([A-Za-z_][\w.]*):[A-Za-z_][\w.]*(?:\(.*\))?")
_OF_TESTS = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*$|conftest\.py$|[^/]*_test\.py$|setup\.py$)")


def check_python(image: ImageFacts) -> Iterator[Problem]:
    """Check that the module that Python starts is there, and all that the application imports.

    An image without Python is not checked.
    """
    modules = _Modules(image)
    if not modules.library:
        return
    yield from _check_start(image, modules)
    yield from _check_imports(image, modules)


class _Modules:
    """The top-level modules of an image, by the directories that they are in."""

    def __init__(self, image: ImageFacts) -> None:
        self._image = image
        self._names: dict[str, set[str]] = {}
        for path, entry in image.entries.items():
            directory, _, name = path.rpartition("/")
            if entry["type"] in _FOLDERS or name.endswith((".py", ".so", ".pyc")):
                self._names.setdefault(directory, set()).add(name.partition(".")[0])
        self.library = {path for path in self._names if _LIBRARY.fullmatch(path)}
        searched = {path for path in self._names if path.rpartition("/")[2] in _SEARCHED}
        of_environment = image.environment.get("PYTHONPATH", "").split(":")
        self.installed = self.library | searched | {path.strip("/") for path in of_environment}

    def has(self, name: str, directories: set[str]) -> bool:
        """Return whether one of the directories has a top-level module."""
        return any(name in self._names.get(directory, ()) for directory in directories)

    def path(self, name: str, directories: set[str]) -> bool:
        """Return whether a module with dots is there; it does not look below links."""
        *parents, last = name.split(".")
        for directory in directories:
            folder = "/".join(filter(None, [directory, *parents]))
            if last in self._names.get(folder, ()):
                return True
        return False


def _check_start(image: ImageFacts, modules: _Modules) -> Iterator[Problem]:
    config = image.run_config
    key = "entrypoint" if config.get("Entrypoint") else "cmd"
    words = [*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())]
    workdir = config.get("WorkingDir") or "/"
    if not words:
        return
    if _PYTHON.fullmatch(words[0]):
        kind, name = _started(words[1:])
    elif posixpath.basename(words[0]) in _SERVERS:
        kind, name = "module", _served(words[1:])
    else:
        return
    if kind == "script" and name:
        path = posixpath.normpath(posixpath.join(workdir, name))
        if image.tree.resolve(path) is None:
            yield _missing_script(image, key, name, path)
    elif kind == "module" and name:
        directories = modules.installed | {workdir.strip("/")}
        if not modules.path(name, directories) and name not in sys.builtin_module_names:
            yield Problem(
                "missing-module",
                "",
                "",
                f"{key}: the module {shown(name)} is not in the image",
                cure=f"correct the name; Python looks for it in {workdir}, in PYTHONPATH and among"
                " what is installed",
                rank="entrypoint",
            )


def _started(words: Sequence[str]) -> tuple[str, str]:
    """Return what Python is to run (python(1)): ("script" or "module" or "", its name)."""
    position = 0
    while position < len(words):
        word = words[position]
        flags = re.fullmatch(r"-[bBdEiIOPqRsSuvx]*([mc])(.*)", word)
        if flags:
            following = words[position + 1] if position + 1 < len(words) else ""
            return ("module", flags[2] or following) if flags[1] == "m" else ("", "")
        if word == "-":
            return "", ""
        if not word.startswith("-"):
            return "script", word
        position += 2 if word in _WITH_VALUE else 1
    return "", ""


def _served(words: Sequence[str]) -> str:
    """Return the module that a server is to load; empty where it is not certain."""
    if any(word.partition("=")[0] in _ELSEWHERE for word in words):
        return ""
    found = [match for word in words if (match := _APPLICATION.fullmatch(word))]
    return found[0].group(1) if len(found) == 1 else ""


def _missing_script(image: ImageFacts, key: str, name: str, path: str) -> Problem:
    elsewhere = [
        other
        for other, entry in image.entries.items()
        if entry["type"] == "file" and other.endswith(path)
    ]
    cure = "put it there with a files_layer, or correct the path"
    if elsewhere:
        cure = f"/{elsewhere[0]} is there: name that, or set strip_prefix of its files_layer"
    message = f"{key}: the script {shown(name)} is not in the image"
    return Problem("missing-script", path.strip("/"), "", message, cure=cure, rank="entrypoint")


def _check_imports(image: ImageFacts, modules: _Modules) -> Iterator[Problem]:
    own = [entry for entry in image.entries.values() if entry.get("imports")]
    directories = {image.run_config.get("WorkingDir", "").strip("/")} | modules.installed
    for entry in image.entries.values():
        # Which of them are in Python's path, only a program knows: a script's own directory, a
        # root that a launcher names, or one that the script adds.
        if entry["path"].endswith(".py") and "-packages/" not in entry["path"]:
            directories |= _parents(entry["path"])
    told: set[str] = set()
    for entry in own:
        if _OF_TESTS.search(entry["path"]):
            continue
        for name in entry["imports"]:
            if name in told or name in sys.builtin_module_names or modules.has(name, directories):
                continue
            told.add(name)
            yield _missing_import(entry["path"], entry.get("origin", ""), name)


def _missing_import(path: str, origin: str, name: str) -> Problem:
    if name in sys.stdlib_module_names:
        cure = "the image's Python is without it: take //base/python3, or an image with more of it"
    else:
        cure = f"add the wheel that has it (@wheels//{name.replace('_', '-')}, if it has its name)"
    return Problem(
        "missing-import",
        path,
        origin,
        f"imports {shown(name)}, which is not in the image",
        cure=f"{cure}; if it can do without, catch the ImportError",
        rank="program",
    )


def _parents(path: str) -> set[str]:
    parts = path.split("/")[:-1]
    return {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}
