"""Scripts are evaluated in build actions, whose interpreter has few modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.python.interpreter import ACTION_MODULES

# Part of others: collections.abc of collections, itertools and _hashlib of the interpreter.
_PRESENT = {"collections", "itertools", "_hashlib", "functools", "re"}
_PRESENT |= {name.partition("/")[0].removesuffix(".py") for name in ACTION_MODULES}
MODULES = sorted(Path("tools/effects").glob("**/*.py"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_only_what_actions_have(module: Path) -> None:
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.partition(".")[0]
            assert top == "tools" or top in _PRESENT, f"{module} imports {name}"
