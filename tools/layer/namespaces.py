"""Files by which several wheels share one package of Python.

Such a package is in one directory of the image, so any of its ``__init__.py`` files serves that do
nothing but declare it: pip leaves the one of the wheel that it installs last. They differ by a
comment or two: https://packaging.python.org/en/latest/guides/packaging-namespace-packages
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from tools.layer.facts import Entry, Facts

_LARGEST = 4 << 10
_MODULES = (b"pkgutil", b"pkg_resources")
_CALLS = ("extend_path", "declare_namespace")


def is_declaration(path: str, source: bytes) -> bool:
    """Return whether a source has no code but what declares a namespace package; comments are none.

    Args:
        path: in the image.
        source: the text; one that does not parse is no declaration. An empty one needs no look.
    """
    if not source or len(source) > _LARGEST or not path.endswith("/__init__.py"):
        return False
    if b"import" in source and not any(module in source for module in _MODULES):
        return False
    import ast  # noqa: PLC0415 - few wheels have such sources

    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return all(map(_declares, tree.body))


def _declares(statement: ast.stmt) -> bool:
    import ast  # noqa: PLC0415 - as above

    if isinstance(statement, ast.Try):
        handled = [each for handler in statement.handlers for each in handler.body]
        return all(map(_declares, [*statement.body, *handled, *statement.orelse]))
    if isinstance(statement, ast.Import | ast.ImportFrom):
        names = [getattr(statement, "module", None) or each.name for each in statement.names]
        return all(name.encode() in _MODULES for name in names)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True  # a docstring
    if isinstance(statement, ast.Assign | ast.Expr) and isinstance(statement.value, ast.Call):
        function = statement.value.func
        return getattr(function, "attr", getattr(function, "id", "")) in _CALLS
    return isinstance(statement, ast.Pass)


def both_declare(first: Entry, second: Entry) -> bool:
    """Return whether one of two files of one path serves as well as the other."""
    return _serves(first) and _serves(second)


def _serves(entry: Entry) -> bool:
    is_empty = entry["path"].endswith("/__init__.py") and not entry.get("size", 1)
    return (is_empty or "namespace" in entry) and not entry["mode"] & 0o111


def spare_declarations(fragments: Iterable[Facts]) -> list[set[str]]:
    """Return which paths each fragment may leave out, as an earlier one has a file that serves.

    Args:
        fragments: facts of the fragments of one layer, in their order.
    """
    known: dict[str, Entry] = {}
    spare = []
    for facts in fragments:
        paths = set()
        # Packages of Debian never share a file.
        for entry in facts["entries"] if not facts["package"] else ():
            if _serves(entry):
                earlier = known.setdefault(entry["path"], entry)
                if earlier is not entry and earlier.get("sha256") != entry.get("sha256"):
                    paths.add(entry["path"])
        spare.append(paths)
    return spare
