"""Facts of the files of an application: imports of sources, and contents of jars."""

from __future__ import annotations

from tools.action import json_text
from tools.layer import python_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tools.layer.facts import Entry

_JAVASCRIPT = (".js", ".cjs", ".mjs")
SUFFIXES = (*_JAVASCRIPT, ".py", ".jar", "package.json")
"""Suffixes of the files that may have such facts, for every kind that a target gives."""

_LARGEST_TEXT = 1 << 20
"""The most bytes of a source that is read."""


def describe(path: str, size: int, kind: str, stream: Any) -> Entry:
    """Return the facts of one file; ``tools/layer/facts.py`` says what they are.

    Args:
        path: in the image.
        size: in bytes.
        kind: as in ``files_fragment.py``, or nothing.
        stream: its content, a file; its position afterwards is undefined.
    """
    if path.endswith(".jar"):
        from tools.layer.jar import describe_jar  # noqa: PLC0415 - few fragments have jars

        return describe_jar(stream.fileno(), size)
    if kind == "arguments":
        return {"text": stream.read().decode("utf-8", "replace")}
    if size > _LARGEST_TEXT:
        return {}  # data, or a bundle, which has what it needs
    if python_source.is_application_source(path):
        modules = python_source.required_modules(stream.read())
        return {"imports": modules} if modules else {}
    return {} if "node_modules/" in path else _of_node(path, stream)


def _of_node(path: str, stream: Any) -> Entry:
    if path.endswith(_JAVASCRIPT):
        from tools.layer.javascript_source import required_packages  # noqa: PLC0415 - it needs re

        return required_packages(stream.read())
    return _npm_package(stream.read()) if path.rpartition("/")[2] == "package.json" else {}


def _npm_package(text: bytes) -> Entry:
    """Return the name by which the files of a package may load it."""
    try:
        document = json_text.loads(text.decode())
    except ValueError:
        return {}
    name = document.get("name") if isinstance(document, dict) else None
    return {"npm_package": name} if isinstance(name, str) else {}
