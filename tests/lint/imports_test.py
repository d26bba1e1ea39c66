"""Actions import only modules, and name only encodings, that their small interpreter has."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.action.program import VERBS
from tools.python.interpreter import ACTION_EXTENSIONS, ACTION_MODULES

_PRESENT = {name.partition("/")[0].removesuffix(".py") for name in ACTION_MODULES}
_PRESENT |= {name.removesuffix(".*") for name in ACTION_EXTENSIONS}
_PRESENT |= set(sys.builtin_module_names) | {
    "_json",
    "binascii",
    "zlib",
}  # Debian's has them inside
# Verbs that run on the whole interpreter, see DESCRIBE_TOOLS.
_WHOLE = (
    "tools.advisory.",
    "tools.image.validate",
    "tools.inspect.",
    "tools.report.",
    "tools.sbom.",
)
_ENCODINGS = {
    Path(name).stem.replace("_", "-") for name in ACTION_MODULES if name.startswith("encodings/")
}


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All that runs: what is only for type checkers does not."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.ExceptHandler):  # what is imported instead, elsewhere
            continue
        yield child
        yield from nodes(child)


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of modules, and perhaps of what is in them."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def encodings(tree: ast.AST) -> Iterator[str]:
    """Those that are named to decode, encode or open with."""
    for node in nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in {"decode", "encode"}:
            values: list[ast.expr] = node.args[:1]
        else:
            values = [keyword.value for keyword in node.keywords if keyword.arg == "encoding"]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def modules() -> dict[str, ast.AST]:
    """All that any verb imports, by path."""
    found: dict[str, ast.AST] = {}
    waiting = ["tools.action.program"]
    waiting += [module for module in VERBS.values() if not module.startswith(_WHOLE)]
    while waiting:
        name = waiting.pop().replace(".", "/")
        # The last part may name what is in the module.
        for path in (Path(f"{name}.py"), Path(name).parent.with_suffix(".py")):
            if path.exists() and str(path) not in found:
                found[str(path)] = ast.parse(path.read_text(encoding="utf-8"))
                waiting += [each for each in imported(found[str(path)]) if each[:6] == "tools."]
    return found


MODULES = modules()


@pytest.mark.parametrize("path", sorted(MODULES))
def test_what_actions_import_and_name_is_in_their_interpreter(path: str) -> None:
    tops = {name.partition(".")[0] for name in imported(MODULES[path])} - {"tools"}
    assert tops <= _PRESENT
    assert {name.lower().replace("_", "-") for name in encodings(MODULES[path])} <= _ENCODINGS
