"""The ``.bzl`` files of the tree in another interpreter of Starlark than Bazel's.

Bazel evaluates some thousand hostile inputs with each start, this one as many in a second. It is
given what Bazel has and the language has not: rules and providers are nothing here, labels are
their texts, and a string has a character for each byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import starlark

_BAZEL = """
def _nothing(*args, **kwargs):
    return None

_KINDS = ("bool", "int", "label", "label_list", "output", "string", "string_dict", "string_list")
attr = struct(**{kind: _nothing for kind in _KINDS})
DefaultInfo = _nothing
depset = _nothing
module_extension = _nothing
provider = _nothing
repository_rule = _nothing
rule = _nothing
tag_class = _nothing
visibility = _nothing

def Label(text):
    return text

_FAILURE = struct(none = True)

def _decode(text, default = _FAILURE):
    found = plinth_decode(text)
    if found:
        return found[0]
    if default == _FAILURE:
        fail("not JSON")
    return default

json = struct(decode = _decode, encode = plinth_encode)
"""

_ELSEWHERE = {
    "@bazel_skylib//rules:write_file.bzl": "write_file = None",
    "@bazel_skylib//lib:paths.bzl": "paths = None",
}
_GLOBALS = starlark.Globals.extended_by([starlark.LibraryExtension.StructType])
_DIALECT = starlark.Dialect.extended()


def _decode(text: str) -> list[Any]:
    try:
        return [json.loads(text, parse_constant=_no_constant)]
    except (ValueError, RecursionError):
        return []


def _no_constant(name: str) -> None:
    raise ValueError(name)


@cache
def load(label: str) -> starlark.FrozenModule:
    """Evaluate a file.

    Args:
        label: ``//package:file.bzl``.
    """
    return evaluate(_ELSEWHERE.get(label) or _source(label), label)


def evaluate(source: str, name: str) -> starlark.FrozenModule:
    """Evaluate a text, which may load files."""
    module = starlark.Module()
    module.add_callable("plinth_decode", _decode)
    module.add_callable("plinth_encode", json.dumps)
    package = name.partition(":")[0]

    def find(label: str) -> starlark.FrozenModule:
        return load(package + label if label.startswith(":") else label)

    parsed = starlark.parse(name, _BAZEL + source, _DIALECT)
    starlark.eval(module, parsed, _GLOBALS, starlark.FileLoader(find))
    return module.freeze()


def caller(label: str, table: str, name: str) -> Callable[[str], Any]:
    """Make a function of one argument, out of a dict of a file, such as Python may call."""
    module = evaluate(
        f'load("{label}", "{table}")\ndef call(text):\n    return {table}["{name}"](text)\n',
        label.partition(":")[0] + ":call",
    )
    return lambda text: module.call("call", text)


def _source(label: str) -> str:
    package, _, file = label.removeprefix("//").partition(":")
    return Path(package, file).read_text(encoding="latin-1")
