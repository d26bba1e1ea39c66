"""Build actions start fast: what a verb imports is looked at, because every import costs."""

from __future__ import annotations

import ast
from importlib.util import find_spec

import pytest

from tools.action.program import VERBS

EXPENSIVE = {
    "argparse", "collections", "contextlib", "dataclasses", "enum", "functools", "inspect",
    "json", "logging", "pathlib", "re", "shutil", "subprocess", "tarfile", "tempfile", "threading",
    "typing", "zipfile",
}  # fmt: skip
# What makes layers and images; other rooms judge and describe them, once each.
ROOMS = {"configure", "image", "layer"}
# Run once for an image or a text, not for every package.
SELDOM = {"tools.image.layout_image", "tools.image.pin", "tools.image.validate"}
HOT = sorted({module for module in VERBS.values() if module.split(".")[1] in ROOMS} - SELDOM)


def imports_of(module: str) -> set[str]:
    """Modules that are imported when ``module`` is, but not those imported by a function."""
    spec = find_spec(module)
    assert spec and spec.loader
    source = getattr(spec.loader, "get_source", lambda _: None)(module)
    assert source is not None
    found: set[str] = set()
    pending = list(ast.parse(source).body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Try):
            pending += node.body + [item for handler in node.handlers for item in handler.body]
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module.startswith("tools."):
                found |= (
                    {
                        name
                        for alias in node.names
                        if find_spec(name := f"{node.module}.{alias.name}") is not None
                    }
                    if _is_package(node.module)
                    else set()
                )
    return found - {"__future__"}


def _is_package(module: str) -> bool:
    spec = find_spec(module)
    return spec is not None and spec.submodule_search_locations is not None


@pytest.mark.parametrize("module", HOT)
def test_no_expensive_import(module: str) -> None:
    seen: set[str] = set()
    pending = {"tools.action.program", module}
    while pending:
        name = pending.pop()
        seen.add(name)
        if name.startswith("tools."):
            pending |= imports_of(name) - seen
    assert len([name for name in seen if name.startswith("tools.")]) > 3, "imports were followed"
    assert not (EXPENSIVE) & seen
