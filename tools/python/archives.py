"""Compiles the tools that actions run: ``action_tools.pyz`` and ``inspect_tools.pyz``.

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
    "__init__.py", "errors.py", "action", "configure", "debian", "effects", "image", "layer",
)  # fmt: skip
"""What makes layers and images: nothing third-party, nothing that reads an index or a network."""

INSPECT_TOOLS = (*ACTION_TOOLS, "inspect")
"""What judges and compares images. Apart, so that a change to it builds no layer again."""

PROGRAM = "tools/action/program.py"
"""What both start with."""


def compile_tools(root: str, target: str) -> None:
    """Write both archives into ``target``.

    Args:
        root: the directory that holds ``tools``.
        target: a directory to write to.

    Raises:
        OSError: something of them is missing or cannot be written.
        SyntaxError: a module is not valid Python.
    """
    for name, places in (("action_tools", ACTION_TOOLS), ("inspect_tools", INSPECT_TOOLS)):
        modules = {path: f"{root}/{path}" for place in places for path in _modules(root, place)}
        pack.write_archive(f"{target}/{name}.pyz", {"__main__.py": f"{root}/{PROGRAM}", **modules})


def _modules(root: str, place: str) -> Iterator[str]:
    """Paths of modules from the root: of one, or of those in a directory and below it."""
    if place.endswith(".py"):
        yield f"tools/{place}"
        return
    for directory, inner, names in os.walk(f"{root}/tools/{place}"):
        inner.sort()
        where = directory.removeprefix(f"{root}/")
        yield from (f"{where}/{name}" for name in sorted(names) if name.endswith(".py"))


if __name__ == "__main__":
    compile_tools(sys.argv[1], sys.argv[2])
