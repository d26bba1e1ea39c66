"""Every error that a room defines is raised by the tests of that room: no refusal is untested.

Every raised error counts, wherever it is caught: tests name the message that users read, and
need not name the class.
"""

from __future__ import annotations

import ast
import builtins
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.errors import PlinthError

_raised: set[tuple[str, str]] = set()


def pytest_configure() -> None:
    """Note the class of each error that is made from here on."""

    def note(kind: type[PlinthError], *args: object, **_: object) -> PlinthError:
        _raised.update((each.__module__, each.__name__) for each in kind.__mro__)
        return Exception.__new__(kind, *args)

    PlinthError.__new__ = note  # type: ignore[method-assign, assignment]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail when all tests of a room have passed, and some of its errors were never made."""
    if session.exitstatus or os.environ.get("TESTBRIDGE_TEST_ONLY"):
        return
    missing = sorted(set(_errors_of(_room())) - _raised)
    if missing:
        for module, name in missing:
            print(f"\n{module}.{name}: no test comes to it. Test the refusal, or delete it.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _room() -> str:
    """Return the room whose tests these are: ``//tests/tools:layer_test`` is of ``layer``."""
    package, _, name = os.environ.get("TEST_TARGET", "").removeprefix("@@").partition(":")
    return name.removesuffix("_test") if package == "//tests/tools" else ""


def _errors_of(room: str) -> Iterator[tuple[str, str]]:
    """Return module and name of each error class, but those that never leave their file."""
    for path in sorted(Path("tools", room).rglob("*.py")) if room else ():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bases = [ast.unparse(base) for base in node.bases]
                if any(base.endswith("Error") and not hasattr(builtins, base) for base in bases):
                    yield ".".join(path.with_suffix("").parts), node.name
