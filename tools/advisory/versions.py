"""The order of versions, in each ecosystem its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from packaging.version import InvalidVersion
from packaging.version import Version as PythonVersion

from tools.debian.version import Version as DebianVersion
from tools.errors import FormatError

_APK = re.compile(
    r"(?P<numbers>\d+(\.\d+)*)(?P<letter>[a-z]?)(?P<suffixes>(_[a-z]+\d*)*)(~[0-9a-f]+)?"
    r"(-r(?P<revision>\d+))?"
)
_SUFFIXES = ("alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p")
_APK_SUFFIX = re.compile(rf"_({'|'.join(filter(None, _SUFFIXES))})(\d*)")
_SEMVER = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


def version_key(ecosystem: str, text: str) -> Any:
    """Something that compares as versions of an ecosystem do; None if the text is no version.

    Args:
        ecosystem: OSV's name, such as ``Debian:13``.
        text: a version; ``0`` is before all others.
    """
    make = _ORDERS.get(ecosystem.partition(":")[0])
    try:
        return make(text) if make else None
    except ValueError:  # a number of more digits than Python reads
        return None


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


def _alpine(text: str) -> tuple[Any, ...] | None:
    """apk-tools, "apk-package(5)": numbers, a letter, suffixes, and the build's revision."""
    match = _APK.fullmatch(text)
    if not match:
        return None
    numbers = tuple(int(number) for number in match["numbers"].split("."))
    suffixes = [
        (_SUFFIXES.index(name) - _SUFFIXES.index(""), int(number or 0))
        for name, number in _APK_SUFFIX.findall(match["suffixes"])
    ]
    return (numbers, match["letter"], (*suffixes, (0, 0)), int(match["revision"] or 0))


_ORDERS: dict[str, Callable[[str], Any]] = {
    "Alpine": _alpine,
    "Debian": _debian,
    "Ubuntu": _debian,
    "PyPI": _python,
    "Wolfi": _alpine,
    "npm": _semantic,
}
