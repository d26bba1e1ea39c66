"""Finds the shared libraries that a Python source opens by name, with ctypes or cffi."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast

_OPENING = ("dlopen", "find_library", "CDLL", "LoadLibrary")
_ANY = tuple(name.encode() + b"(" for name in _OPENING)


def opened_libraries(source: bytes) -> list[list[str]]:
    """Return the libraries that a source opens; for each, the names it tries: one is enough.

    A call counts if its function has the name of one that opens libraries, such as ``_dlopen``, and
    its names are constants: ``libpango-1.0.so.0``, or ``magic`` for ``find_library``. Names of
    other systems are left out, and so are those without a version, which may be of the wheel
    itself.

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
    found = {
        names: None
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (names := tuple(_names(node)))
    }
    return [list(names) for names in found]


def _names(call: ast.Call) -> list[str]:
    import ast  # noqa: PLC0415 - as above

    function = str(getattr(call.func, "attr", "") or getattr(call.func, "id", ""))
    if not any(word in function for word in _OPENING):
        return []
    constants = [
        node.value
        for argument in call.args
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    if function == "find_library":
        return [f"lib{name}.so" for name in constants if name.isidentifier()]
    return [name for name in constants if _is_versioned(name)]


def _is_versioned(name: str) -> bool:
    """Return whether a name is a soname of Linux; ld.so(8)."""
    stem, dot_so, version = name.partition(".so.")
    return bool(dot_so) and "/" not in stem and version.replace(".", "").isdigit()
