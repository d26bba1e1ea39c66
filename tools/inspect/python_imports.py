"""Finds the modules that a Python program may import, from its source. Pure functions on texts.

Every ``import`` counts, also one inside a function or a condition, and names given as constants to
``import_module`` and ``__import__``. Imports of C code are not visible; ``BY_EXTENSIONS`` lists
them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ALWAYS = (
    "__future__", "_sitebuiltins", "abc", "codecs", "encodings.aliases", "encodings.ascii",
    "encodings.idna", "encodings.latin_1", "encodings.utf_8", "genericpath", "importlib._abc",
    "importlib.machinery", "importlib.util", "io", "linecache", "ntpath", "os", "posixpath",
    "runpy", "site", "stat", "traceback", "warnings", "zipimport",
)  # fmt: skip
"""Modules that the interpreter itself imports: to start, to run ``-m``, to print a traceback."""

BY_EXTENSIONS = {
    "_asyncio": ("asyncio",),
    "_ctypes": ("ctypes",),
    "_datetime": ("_strptime", "datetime"),
    "_decimal": ("collections", "numbers"),
    "_elementtree": ("copy", "pyexpat", "xml.etree.ElementPath"),
    "_json": ("json.decoder",),
    "_lsprof": ("cProfile",),
    "_pickle": ("_compat_pickle", "codecs", "copyreg", "functools"),
    "_sqlite3": ("sqlite3",),
    "_ssl": ("socket",),
    "_zoneinfo": ("zoneinfo._common", "zoneinfo._tzpath"),
    "array": ("collections",),
    "time": ("_strptime",),
}
"""Modules that extension modules import from C: CPython 3.13."""


def reachable(
    sources: Mapping[str, str],
    extensions: Iterable[str],
    roots: Iterable[str],
    without: Iterable[str] = (),
) -> set[str]:
    """Return the modules that importing ``roots`` may import.

    Args:
        sources: source text by name of module; a package is ``package.__init__``.
        extensions: names of modules that are not Python.
        roots: names of modules, or ``package.*`` for all that is in it.
        without: names of modules that are assumed never to be imported.

    Returns:
        names among ``sources`` and ``extensions``.
    """
    known = {**dict.fromkeys(extensions, ""), **sources}
    excluded = {part for name in without for part in (name, f"{name}.__init__")}
    found: set[str] = set()
    pending = [name for root in (*ALWAYS, *roots) for name in _expand(root, known)]
    while pending:
        name = pending.pop()
        for part in _with_parents(name, known):
            if part in excluded:
                break  # nor is its content
            if part in found:
                continue
            found.add(part)
            pending += BY_EXTENSIONS.get(part, ())
            if part in sources:
                pending += imports(sources[part], part)
    return found


def imports(source: str, module: str) -> set[str]:
    """Return the imports of a module: names of modules, and names that may be modules.

    Args:
        source: its text.
        module: its name; relative imports start from it.
    """
    found: set[str] = set()
    package = module.rpartition(".")[0]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return found  # templates and other files that are not modules
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func
            name = getattr(called, "id", getattr(called, "attr", ""))
            value = node.args[0].value
            if name in {"import_module", "__import__"} and isinstance(value, str):
                found.add(value.lstrip("."))
    return found


def _expand(root: str, known: Mapping[str, str]) -> Iterator[str]:
    if not root.endswith(".*"):
        yield root
        return
    prefix = root[:-1]
    yield from (name for name in known if name.startswith(prefix))


def _with_parents(name: str, known: Mapping[str, str]) -> Iterator[str]:
    """Yield the module and the packages it is in, as far as they are known."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        part = ".".join(parts[:length])
        for candidate in (part, f"{part}.__init__"):
            if candidate in known:
                yield candidate
