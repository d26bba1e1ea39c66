"""Compiles tools that actions run, a set of rooms into an archive.

Runs while their repository is made, on a Python that is unpacked file by file.
"""

from __future__ import annotations

import os
import sys

from tools.python import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ACTION_TOOLS = (
    "__init__.py", "errors.py", "action", "configure", "debian", "effects", "grammar", "image",
    "layer", "tar",
)  # fmt: skip
"""Tools that make layers and images, without third-party modules, indexes and networks."""

INSPECT_TOOLS = (*ACTION_TOOLS, "command", "inspect")
"""Tools that check and compare images. Separate, so that a change builds no layer again."""

DESCRIBE_TOOLS = (*INSPECT_TOOLS, "report", "sbom")
"""Tools that describe images."""

ADVISORY_TOOLS = (*INSPECT_TOOLS, "advisory", "fetch", "grammar", "lock", "sbom")
"""Tools that look up known vulnerabilities. They need wheels, which are not in the archive."""

ARCHIVES = {
    "action_tools": ACTION_TOOLS,
    "advisory_tools": ADVISORY_TOOLS,
    "describe_tools": DESCRIBE_TOOLS,
    "inspect_tools": INSPECT_TOOLS,
}

_KINDS = (".css", ".js", ".py")

PROGRAM = "tools/action/program.py"
"""Modules that all of them start with."""


def compile_tools(name: str, root: str, target: str) -> None:
    """Write an archive into ``target``.

    Args:
        name: which one, of ``ARCHIVES``.
        root: the directory that holds ``tools``.
        target: a directory to write to.

    Raises:
        OSError: a file is missing or cannot be written.
        SyntaxError: a module is not valid Python.
    """
    places = ARCHIVES[name]
    modules = {path: f"{root}/{path}" for place in places for path in _modules(root, place)}
    pack.write_archive(f"{target}/{name}.pyz", {"__main__.py": f"{root}/{PROGRAM}", **modules})


def _modules(root: str, place: str) -> Iterator[str]:
    """Return paths from the root: of one module, or of all modules and data below a directory."""
    if place.endswith(".py"):
        yield f"tools/{place}"
        return
    for directory, inner, names in os.walk(f"{root}/tools/{place}"):
        inner.sort()
        where = directory.removeprefix(f"{root}/")
        yield from (f"{where}/{name}" for name in sorted(names) if name.endswith(_KINDS))


if __name__ == "__main__":
    compile_tools(*sys.argv[1:])
