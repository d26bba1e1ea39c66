"""Modes as chmod(1) takes them: octal, or symbolic such as ``u=rwX,g+s,o-rwx``."""

from __future__ import annotations

from tools.errors import PlinthError

_WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007}
_BITS = {"r": 0o444, "w": 0o222, "x": 0o111, "s": 0o6000, "t": 0o1000}


def change_mode(mode: int, text: str, *, directory: bool = False) -> int:
    """Return the mode that a file has after ``chmod TEXT``.

    Args:
        mode: what it has before.
        text: octal or symbolic.
        directory: whether it is one: ``X`` depends on it, and an octal mode of up to four digits
            keeps its set-id bits, which GNU's chmod does.

    Raises:
        PlinthError: it is not a mode.
    """
    if text and all(character in "01234567" for character in text):
        value = int(text, 8)
        keeps = mode & 0o6000 if directory and len(text) < 5 else 0
        return value | keeps
    for clause in text.split(","):
        mode = _apply(mode, clause, text, directory=directory)
    return mode


def _apply(mode: int, clause: str, text: str, *, directory: bool) -> int:
    at = 0
    who = 0
    while at < len(clause) and clause[at] in "ugoa":
        who |= 0o7777 if clause[at] == "a" else _WHO[clause[at]]
        at += 1
    if at == len(clause):
        raise PlinthError(f"{text!r} is not a file mode")
    who = who or 0o7755  # the umask that dpkg runs scripts with is 022
    while at < len(clause):
        operator = clause[at]
        at += 1
        bits = 0
        while at < len(clause) and clause[at] not in "+-=":
            bits |= _bits(mode, clause[at], text, directory=directory)
            at += 1
        if operator == "+":
            mode |= bits & who
        elif operator == "-":
            mode &= ~(bits & who)
        elif operator == "=":
            mode = (mode & ~who) | (bits & who)
        else:
            raise PlinthError(f"{text!r} is not a file mode")
    return mode


def _bits(mode: int, letter: str, text: str, *, directory: bool) -> int:
    if letter == "X":
        return 0o111 if directory or mode & 0o111 else 0
    if letter in _WHO:  # copied from another class
        part = {"u": mode >> 6, "g": mode >> 3, "o": mode}[letter] & 7
        return part * 0o111
    if letter not in _BITS:
        raise PlinthError(f"{text!r} is not a file mode")
    return _BITS[letter]
