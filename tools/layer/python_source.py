"""Finds the modules that a Python source needs when it is imported."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_ELSEWHERE = frozenset({"TYPE_CHECKING", "platform", "version_info", "name", "implementation"})
"""Names in conditions on the platform, or on the reader of the source."""


def is_application_source(path: str) -> bool:
    """Return whether a file is a module of the application, by its path in the image."""
    return path.endswith(".py") and "-packages/" not in path


def required_modules(source: bytes) -> list[str]:
    """Return the top-level modules that a source imports and cannot do without.

    Relative imports are left out, and so are optional ones: in a ``try`` that catches ImportError,
    below ``contextlib.suppress``, and below a condition on ``TYPE_CHECKING``, ``sys.platform``,
    ``sys.version_info`` and ``os.name``.

    Args:
        source: the text; one that does not parse, such as a template, needs nothing.

    Returns:
        Names, sorted.
    """
    import ast  # noqa: PLC0415 - few fragments have sources

    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found: set[str] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if not node.level and node.module:
                found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Try) and any(map(_catches, node.handlers)):
            pending += [*node.orelse, *node.finalbody]
        elif not _is_optional(node):
            pending += ast.iter_child_nodes(node)
    return sorted(found)


def _is_optional(node: ast.AST) -> bool:
    """Return whether the imports below a statement are optional."""
    import ast  # noqa: PLC0415 - as above

    if isinstance(node, ast.If):
        return bool(_names(node.test) & _ELSEWHERE)
    if isinstance(node, ast.With):
        return any("suppress" in _names(item.context_expr) for item in node.items)
    return False


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_names(handler.type) & _CAUGHT)


def _names(node: ast.AST) -> set[str]:
    import ast  # noqa: PLC0415 - as above

    return {
        name
        for each in ast.walk(node)
        if (name := getattr(each, "id", None) or getattr(each, "attr", None))
        and isinstance(each, ast.Name | ast.Attribute)
    }
