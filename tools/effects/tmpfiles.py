"""Files that are declared, tmpfiles.d(5): those that last.

What is in /run, /tmp and /dev is made when a system starts, and a container has a fresh one of
each; a directory of /run is still made, because nothing makes it when a container starts.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from tools.effects.condition import Condition
from tools.effects.effect import (
    Copy,
    Device,
    Directory,
    Effect,
    File,
    Needless,
    NotReproduced,
    Ownership,
    Remove,
    Symlink,
)

_SPECIFIERS = {
    "%t": "/run", "%S": "/var/lib", "%C": "/var/cache", "%L": "/var/log", "%T": "/tmp",  # noqa: S108
    "%V": "/var/tmp",  # noqa: S108
    "%h": "/root", "%u": "root", "%U": "0", "%g": "root", "%G": "0",
}  # fmt: skip
# "+" and "-" and "=" and "~" and "^" and "!" and "$" and "?" may follow the letter.
_MODIFIERS = "!-=~^+$?"
_CLEANING = frozenset("xXaAhHtT")


def tmpfiles_effects(text: str, place: str) -> Iterator[Effect]:
    """Yield the files of a file.

    Args:
        text: its content.
        place: its name in effects: ``tmpfiles.d/x.conf``.
    """
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield _line(stripped, {"script": place, "line": number})


def _line(line: str, where: dict[str, Any]) -> Effect:  # noqa: PLR0911
    try:
        # The argument is the rest of the line, taken as it is.
        words = line.split(None, 6)
        fields = [shlex.split(word)[0] if word[0] in "\"'" else word for word in words[:6]]
    except (ValueError, IndexError):
        return NotReproduced(line, "it is not of tmpfiles.d(5)", **where)
    kind, path, mode, user, group, _ = (fields + ["-"] * 6)[:6]
    argument = words[6] if len(words) > 6 else ""
    letter, modifiers = kind[:1], kind[1:]
    if argument == "-":
        argument = ""
    path, argument = _specified(path), _specified(argument)
    if len(fields) < 2 or set(modifiers) - set(_MODIFIERS) or not path.startswith("/"):
        return NotReproduced(line, "it is not of tmpfiles.d(5)", **where)
    if letter in _CLEANING:
        return Needless(
            "tmpfiles.d", "it cleans up or sets attributes while a system runs", **where
        )
    if "^" in modifiers:
        return Needless("tmpfiles.d", "credentials are given when a system starts", **where)
    if "%m" in path or "%b" in path:
        return Needless("tmpfiles.d", "it is of one machine, by its number", **where)
    if "%" in path or (letter in "fFLC" and "%" in argument):
        return NotReproduced(line, "it asks for the name or the number of a machine", **where)
    if "!" in modifiers:
        return Needless("tmpfiles.d", "only when a machine starts", **where)
    path = path.rstrip("/") or "/"
    owner: dict[str, Any] = {
        "mode": None if mode == "-" else mode.lstrip("~:"),
        "user": None if user == "-" else user.lstrip(":"),
        "group": None if group == "-" else group.lstrip(":"),
    }
    return _effect(letter, modifiers, path, argument, owner, {**where, "text": line})


def _effect(  # noqa: PLR0911, PLR0913, PLR0917 - a case for each type
    letter: str,
    modifiers: str,
    path: str,
    argument: str,
    owner: dict[str, Any],
    where: dict[str, Any],
) -> Effect:
    line = where.pop("text")
    if path.startswith(("/proc/", "/sys/", "/dev/")):
        return Needless("tmpfiles.d", "a container has a fresh one when it starts", **where)
    if letter in "dDvqQ":
        return Directory(path, **owner, **where)
    if letter == "e":
        return Ownership(path, **owner, **where)
    if letter in "fF":
        keep = letter == "f" and "+" not in modifiers
        # tmpfiles.d(5): a file without an argument is empty; escapes are those of C.
        content = _unescaped(argument)
        if content is None:
            return NotReproduced(line, "it has an escape that C does not have", **where)
        return File(path, content, **owner, keep=keep, **where)
    if letter == "L":
        return Symlink(path, argument or f"/usr/share/factory{path}", "+" in modifiers, **where)
    if letter == "C":
        source = argument or f"/usr/share/factory{path}"
        there = (Condition("exists", source),)
        return Copy(source, path, **owner, keep=True, recursive=True, when=there, **where)
    if letter in "zZ":
        return Ownership(path, **owner, recursive=letter == "Z", **where)
    if letter in "cbp":
        return Device(path, letter, argument, **owner, **where)
    if letter in "rR":
        return Remove(path, recursive=letter == "R", **where)
    if letter == "w":
        if "+" in modifiers:
            return File(path, argument, append=True, **where)
        return NotReproduced(line, "it writes into a file that exists", **where)
    return NotReproduced(line, f"unknown type {letter}", **where)


def _unescaped(text: str) -> str | None:
    """Return a text with its escapes replaced; None if one of them is invalid.

    They are of bytes and of characters, as systemd's ``cunescape`` reads them.
    """
    if _ESCAPES.sub("", text).find("\\") >= 0:
        return None
    data = b"".join(
        _character(part) if part.startswith("\\") else part.encode("utf-8", "surrogateescape")
        for part in _ESCAPES.split(text)
    )
    return data.decode("utf-8", "surrogateescape")


def _character(escape: str) -> bytes:
    kind, digits = escape[1], escape[2:]
    if kind in _LETTERS:
        return _LETTERS[kind]
    if kind == "x":
        return bytes([int(digits, 16)])
    if kind in "uU":
        return chr(int(digits, 16)).encode()
    return bytes([int(escape[1:], 8) & 0xFF])


_LETTERS = {
    "a": b"\a", "b": b"\b", "f": b"\f", "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v", "s": b" ",
    "\\": b"\\", '"': b'"', "'": b"'",
}  # fmt: skip
_ESCAPES = re.compile(
    r"""(\\(?:[abfnrtvs\\"']|(?!x00|000)(?:x[0-9A-Fa-f]{2}|[0-3][0-7]{2})"""
    r"""|(?!u0000|u[dD][89a-fA-F]|U0{8}|U0000[dD][89a-fA-F])"""
    r"""(?:u[0-9A-Fa-f]{4}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})))"""
)


def _specified(text: str) -> str:
    parts = text.split("%%")
    for specifier, value in _SPECIFIERS.items():
        parts = [part.replace(specifier, value) for part in parts]
    return "%".join(parts)
