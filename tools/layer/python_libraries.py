"""Finds the shared libraries that a Python source opens by name, with ctypes or cffi."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

_OPENING = ("dlopen", "find_library", "CDLL", "LoadLibrary")
_ANY = tuple(name.encode() + b"(" for name in (*_OPENING, "library"))
_MARKS = str.maketrans("", "", "_.+-")
_DEEPEST = 3
"""How many assignments a name is followed through."""


def opened_libraries(source: bytes) -> list[list[str]]:
    """Return the libraries that a source opens; for each, the names it tries: one is enough.

    A call counts if its function has the name of one that opens libraries, such as ``_dlopen``, and
    its names are constants: ``libpango-1.0.so.0``, or ``magic`` for ``find_library``. Variables
    count by what the same function, or else the module, assigns to them; of a name that is put
    together, the beginning: ``libMagickWand*.so``. Names of other systems are left out, and so are
    those without a version, which may be of the wheel itself.

    Args:
        source: the text; one that does not parse opens nothing.
    """
    if not any(name in source for name in _ANY):
        return []
    import ast  # noqa: PLC0415 - few wheels have such sources

    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    native = b"ctypes" in source or b"cffi" in source
    found = {
        names: None
        for scope in _scopes(tree)
        for call in scope.calls
        if (names := tuple(dict.fromkeys(_names(call, scope, native))))
    }
    return [list(names) for names in found]


class _Scope:
    """A function, or a module: its calls, and what it assigns to names."""

    def __init__(self, outer: _Scope | None) -> None:
        self.calls: list[ast.Call] = []
        self.values: dict[str, list[ast.expr]] = {}
        self._outer = outer

    def assigned(self, name: str) -> list[ast.expr]:
        """Return what a name may be."""
        return self.values.get(name) or (self._outer.assigned(name) if self._outer else [])


def _scopes(tree: ast.Module) -> Iterator[_Scope]:
    import ast  # noqa: PLC0415 - as above

    pending: list[tuple[ast.AST, _Scope | None]] = [(tree, None)]
    while pending:
        top, outer = pending.pop()
        scope = _Scope(outer)
        nodes = list(ast.iter_child_nodes(top))
        while nodes:
            node = nodes.pop(0)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                pending.append((node, scope))
                continue
            if isinstance(node, ast.Call):
                scope.calls.append(node)
            elif isinstance(node, ast.For):
                _assign(scope, [node.target], node.iter)
            elif isinstance(node, ast.Assign):
                _assign(scope, node.targets, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value:
                _assign(scope, [node.target], node.value)
            nodes += ast.iter_child_nodes(node)
        yield scope


def _assign(scope: _Scope, targets: list[ast.expr], value: ast.expr) -> None:
    for target in targets:
        if name := getattr(target, "id", ""):
            scope.values.setdefault(name, []).append(value)


def _names(call: ast.Call, scope: _Scope, native: bool) -> list[str]:
    import ast  # noqa: PLC0415 - as above

    function = str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))
    if function.endswith("find_library"):
        return [_file_of(name) for name in _constants(call.args, scope) if _is_bare(name)]
    if any(word in function for word in _OPENING):
        names = _constants(call.args, scope)
        if function == "dlopen" and isinstance(call.func, ast.Attribute):
            # cffi looks for a bare name as find_library does; those of macOS have capitals.
            bare = [name for name in names if _is_bare(name) and name.islower()]
            return [name for name in names if _is_versioned(name)] + list(map(_file_of, bare))
        return [name for name in names if _is_versioned(name)]
    if native and "load" in function and function.endswith("library"):
        return [_file_of(name) for name in _constants(call.args[:1], scope) if _is_bare(name)]
    return []


def _constants(nodes: list[ast.expr], scope: _Scope, depth: int = 0) -> list[str]:
    """Return the texts that expressions may be; those of a call's arguments count as well."""
    import ast  # noqa: PLC0415 - as above

    found = []
    pending: list[ast.AST] = list(nodes)
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.IfExp):
            pending += [node.body, node.orelse]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.Name) and depth < _DEEPEST:
            values = [each for each in scope.assigned(node.id) if not isinstance(each, ast.Call)]
            found += _constants(values, scope, depth + 1)
        elif isinstance(node, ast.BinOp | ast.JoinedStr):
            parts = [node.left, node.right] if isinstance(node, ast.BinOp) else node.values
            pending += [each for each in parts if isinstance(each, ast.List)]
            start = getattr(parts[0], "value", None)
            if isinstance(start, str) and len(start) > len("lib") + 1:
                found.append(f"{start}*")
        elif not isinstance(node, ast.Compare):
            pending += ast.iter_child_nodes(node)
    return found


def _file_of(name: str) -> str:
    return f"{name}.so" if name.startswith("lib") else f"lib{name}.so"


def _is_bare(name: str) -> bool:
    """Return whether a name is one that find_library may find on Linux."""
    other = (".dll", ".dylib", ".so", ".exe", ".framework", "32")  # as in kernel32
    plain = name.removesuffix("*").translate(_MARKS)
    starts_well = plain.isalnum() and name[0].isalnum()
    return starts_well and not name.endswith(other) and ".so." not in name


def _is_versioned(name: str) -> bool:
    """Return whether a name is a soname of Linux; ld.so(8)."""
    stem, dot_so, version = name.partition(".so.")
    return bool(dot_so) and "/" not in stem and version.replace(".", "").isdigit()
