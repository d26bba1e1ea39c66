"""Writes the programs of a wheel: console scripts of entry points, and its own scripts.

Entry points: "Entry points specification" of the PyPA, an INI file whose groups
``console_scripts`` and ``gui_scripts`` map names to ``MODULE:OBJECT``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUPS = ("[console_scripts]", "[gui_scripts]")
_SHEBANGS = (b"#!pythonw", b"#!python")

_TEXT = """\
#!{interpreter}
import sys

from {module} import {imported}

if __name__ == "__main__":
    sys.exit({called}())
"""


class ConsoleScript:
    """One entry point that is a program.

    Attributes:
        name: of the program.
        module: to import.
        function: to call, perhaps with dots.
    """

    __slots__ = ("function", "module", "name")

    def __init__(self, name: str, module: str, function: str) -> None:
        """Take the parts of an entry point."""
        self.name, self.module, self.function = name, module, function

    def text(self, interpreter: str) -> str:
        """Return the program, whose result is the exit status, as in pip's wrapper."""
        return _TEXT.format(
            interpreter=interpreter,
            module=self.module,
            imported=self.function.partition(".")[0],
            called=self.function,
        )


def read_console_scripts(text: str) -> Iterator[ConsoleScript]:
    """Yield the programs that ``entry_points.txt`` names; lines that name none are passed over.

    Raises:
        FieldError: the name of one is none that a program should have.
    """
    from tools.grammar.fields import check_text  # noqa: PLC0415 - few wheels have programs

    within = False
    for line in text.removeprefix("\ufeff").splitlines():
        line = line.strip()  # noqa: PLW2901
        if line.startswith("["):
            within = line.replace(" ", "") in _GROUPS
        elif within and line and line[0] not in "#;":
            name, _, target = line.partition("=")
            # Extras in brackets no longer have a meaning.
            module, _, function = target.partition("[")[0].strip().partition(":")
            name, module, function = name.strip(), module.strip(), function.strip()
            if name and _is_dotted(module) and _is_dotted(function):
                check_text("script_name", name, "the name of a program", "entry_points.txt")
                yield ConsoleScript(name, module, function)


def with_interpreter(content: bytes, interpreter: str) -> bytes:
    """Return a script of ``.data/scripts``; Python's are run by ``interpreter`` (PEP 427)."""
    for shebang in _SHEBANGS:
        rest = content[len(shebang) :]
        if content.startswith(shebang) and (not rest or rest[:1].isspace()):
            return b"#!" + interpreter.encode() + rest
    return content


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))
