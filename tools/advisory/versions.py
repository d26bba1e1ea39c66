"""The order of versions, in each ecosystem its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from packaging.version import InvalidVersion
from packaging.version import Version as PythonVersion

from tools.debian.version import Version as DebianVersion
from tools.errors import FormatError

_SEMVER = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


def version_key(ecosystem: str, text: str) -> Any:
    """Something that compares as versions of an ecosystem do; None if the text is no version.

    Args:
        ecosystem: OSV's name, such as ``Debian:13``.
        text: a version; ``0`` is before all others.
    """
    make = _ORDERS.get(ecosystem.partition(":")[0])
    return make(text) if make else None


def _debian(text: str) -> DebianVersion | None:
    try:
        return DebianVersion(text)
    except FormatError:
        return None


def _python(text: str) -> PythonVersion | None:
    try:
        return PythonVersion(text)
    except InvalidVersion:
        return None


def _semantic(text: str) -> tuple[Any, ...] | None:
    """Semantic Versioning 2.0.0, section 11."""
    match = _SEMVER.fullmatch("0.0.0-0" if text == "0" else text)
    if not match:
        return None
    numbers = tuple(int(match[group]) for group in (1, 2, 3))
    if not match[4]:
        return (*numbers, 1, ())
    parts = match[4].split(".")
    return (*numbers, 0, tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts))


_ORDERS: dict[str, Callable[[str], Any]] = {
    "Debian": _debian,
    "Ubuntu": _debian,
    "PyPI": _python,
    "npm": _semantic,
}
