"""Checks that the script that Node.js starts, and the packages that it loads, are there.

Only the application's own files are checked, which have ``requires`` in their facts. What npm
packages load is often optional.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from tools.inspect.nearby import nearby_file, nearest
from tools.inspect.node_addons import check_addons
from tools.inspect.problem import Problem, shown
from tools.layer.javascript_source import package_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.inspect.image_facts import ImageFacts

_NODE = re.compile(r"(?:.*/)?node(?:js)?(?:-?\d+)?")
_WITH_VALUE = frozenset(
    (
        "-C", "--conditions", "--disable-warning", "--dns-result-order", "--env-file",
        "--env-file-if-exists", "--experimental-loader", "--icu-data-dir", "--import",
        "--input-type", "--loader", "--max-http-header-size", "--openssl-config", "--require",
        "--title", "--trace-event-categories", "--unhandled-rejections", "--watch-path", "-r",
    )
)  # fmt: skip
_PRELOADS = frozenset({"-r", "--import", "--require"})
_NO_SCRIPT = frozenset({"-", "-e", "-p", "-pe", "--eval", "--print", "--run", "--test", "inspect"})
_STARTED = ("", ".js", ".json", ".node", "/package.json", "/index.js", "/index.json", "/index.node")
_NOT_ITS_OWN = re.compile(
    r"(?:^|/)(?:__tests__|__mocks__|tests?|spec|public|static|assets)/|[.-](?:test|spec)\.[cm]?js$"
    r"|(?:^|/)(?:[\w.-]+\.config|gulpfile|gruntfile|\.[\w-]+rc)\.[cm]?js$",
    re.IGNORECASE,
)
"""Tests, the configuration of tools, and files for browsers."""

# module.builtinModules of Node.js 20 to 24, without those that need "node:".
BUILTINS = frozenset(
    (
        "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants",
        "crypto", "dgram", "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2",
        "https", "inspector", "module", "net", "os", "path", "perf_hooks", "process", "punycode",
        "querystring", "readline", "repl", "stream", "string_decoder", "sys", "timers", "tls",
        "trace_events", "tty", "url", "util", "v8", "vm", "wasi", "worker_threads", "zlib",
    )
)  # fmt: skip


def check_node(image: ImageFacts) -> Iterator[Problem]:
    """Check that the script of Node.js is there, and every package that the application loads.

    An image without Node.js is not checked.
    """
    programs = {"bin/node", "bin/nodejs"}
    if any("/".join(path.split("/")[-2:]) in programs for path in image.entries):
        yield from _check_start(image)
        yield from _check_packages(image)
        yield from check_addons(image)


def _check_start(image: ImageFacts) -> Iterator[Problem]:
    config = image.run_config
    key = "entrypoint" if config.get("Entrypoint") else "cmd"
    words = [*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())]
    workdir = config.get("WorkingDir") or "/"
    if not words or not _NODE.fullmatch(words[0]):
        return
    script, preloads = _started(words[1:])
    for name in preloads:
        if not _is_bare(name):
            path = posixpath.join(workdir, name.removeprefix("file://"))
            if not _is_module(image, path):
                yield _missing_script(image, f"{key}: the module {shown(name)}", path)
        elif not _resolves(image, name, workdir.strip("/")):
            place = workdir.strip("/")
            yield _missing_package(image, place, name, how=f"{key}: loads", rank="entrypoint")
    if script:
        path = posixpath.join(workdir, script)
        if not _is_module(image, path):
            yield _missing_script(image, f"{key}: the script {shown(script)}", path)


def _started(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the script of Node.js, if any, and the modules loaded before it (node(1))."""
    preloads: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        option, equals, value = word.partition("=")
        if option in _NO_SCRIPT:
            return "", preloads
        if word == "--":
            return (words[position + 1] if position + 1 < len(words) else ""), preloads
        if not word.startswith("-"):
            return word, preloads
        if option in _WITH_VALUE and not equals:
            position += 1
            value = words[position] if position < len(words) else ""
        if option in _PRELOADS and value:
            preloads.append(value)
        position += 1
    return "", preloads


def _is_module(image: ImageFacts, path: str) -> bool:
    path = posixpath.normpath(path)
    if path == "/":
        path = ""
    return any(image.tree.file(path + ending) is not None for ending in _STARTED)


def _missing_script(image: ImageFacts, what: str, path: str) -> Problem:
    near = nearby_file(image, path)
    cure = "put it there with a files_layer, or correct the path"
    if near:
        cure = f"{near} is there: name that, or set strip_prefix of its files"
    place = posixpath.normpath(path).strip("/")
    message = f"{what} is not in the image"
    return Problem("missing-script", place, "", message, cure=cure, rank="entrypoint")


def _check_packages(image: ImageFacts) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    for entry in image.entries.values():
        path = entry["path"]
        if _NOT_ITS_OWN.search(path):
            continue
        for specifiers, rank in (
            (entry.get("requires", ()), "program"),
            (entry.get("requires_optional", ()), "note"),
        ):
            for specifier in specifiers:
                directory = posixpath.dirname(path)
                name = package_of(specifier)
                if (name, rank) in told or _resolves(image, specifier, directory):
                    continue
                told.add((name, rank))
                how = "loads" if rank == "program" else "may load"
                yield _missing_package(image, path, specifier, how=how, rank=rank)


def _is_bare(specifier: str) -> bool:
    return not specifier.startswith((".", "/", "file:", "data:", "node:", "#"))


def _resolves(image: ImageFacts, specifier: str, directory: str) -> bool:
    """Return whether Node.js finds the package of a specifier, from a directory.

    https://nodejs.org/api/modules.html, "Loading from node_modules folders".
    """
    name = package_of(specifier)
    if specifier.startswith("node:") or name in BUILTINS:
        return True
    real = image.tree.resolve(directory) or directory
    while True:
        if not real.endswith("node_modules"):
            place = f"{real}/node_modules/{name}".lstrip("/")
            if image.tree.resolve(place) is not None or _is_module(image, "/" + place):
                return True
        if image.entries.get(f"{real}/package.json".lstrip("/"), {}).get("npm_package") == name:
            return True  # itself, by its own name
        if not real:
            break
        real = posixpath.dirname(real)
    searched = image.environment.get("NODE_PATH", "").split(":")
    return any(_is_module(image, f"{place}/{name}") for place in searched if place) or any(
        image.tree.resolve(f"{place}/{name}") is not None for place in searched if place
    )


def _missing_package(
    image: ImageFacts, path: str, specifier: str, *, how: str, rank: str
) -> Problem:
    name = package_of(specifier)
    installed = {
        other.partition("node_modules/")[2].removesuffix("/package.json")
        for other in image.entries
        if other.endswith("/package.json") and "node_modules/" in other
    }
    near = nearest(name, installed)
    cure = f"add it to package.json and its lock (@npm//:node_modules/{name}), or correct the name"
    if near:
        cure += f"; {near} is there"
    elif not installed:
        cure = (
            'the image has no node_modules: packages = ["@npm//:node_modules"] brings the lock\'s'
        )
    if rank == "program":
        cure += "; if it can do without, catch the error"
    return Problem(
        "missing-package",
        path,
        image.entries.get(path, {}).get("origin", ""),
        f"{how} {shown(specifier)}, which no node_modules directory of the image has",
        cure=cure,
        rank=rank,
    )
