"""Edits of sed(1) and searches of grep(1), as data.

Scripts use them on files whose content only an image has. Regular expressions are Python's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Step = tuple[str, str, str, str]
"""A command of sed: (address, pattern, replacement, flags).

``address`` is empty for all lines, a number, ``$`` for the last, or ``/`` and a regular expression;
or two of these with a line feed between them, for the lines from one to the other. ``0`` before a
regular expression is the line before the first. The flags are ``!`` for the other lines, ``d`` to
delete a line instead of replacing the pattern in it, ``g`` to replace each, ``i`` to let case not
matter, ``l`` and ``u`` to write the replacement in lower and in upper case.
"""


def edited(text: str, steps: Sequence[Sequence[str]]) -> str:
    """Do some steps to each line of a text.

    Raises:
        re.error: an expression is none.
    """
    lines = text.splitlines(keepends=True)
    chosen = [_Address(step) for step in steps]
    kept = []
    for number, line in enumerate(lines, 1):
        body = line.removesuffix("\n")
        value: str | None = body
        for step, address in zip(steps, chosen, strict=True):
            if value is not None and address.chooses(value, number, last=number == len(lines)):
                value = _changed(step, value)
        if value is not None:
            kept.append(value + line[len(body) :])
    return "".join(kept)


def has_line(text: str, expression: str) -> bool:
    """Return whether a regular expression matches in a line.

    Raises:
        re.error: it is none.
    """
    search = re.compile(expression).search
    return any(search(line) for line in text.splitlines())


class _Address:
    """Which lines a step is for, one after the other."""

    def __init__(self, step: Sequence[str]) -> None:
        self._start, self._is_range, self._end = step[0].partition("\n")
        self._others = "!" in step[3]
        self._inside = bool(self._is_range) and self._start == "0"

    def chooses(self, line: str, number: int, *, last: bool) -> bool:
        """Return whether it is for a line."""
        if self._inside:
            self._inside = not self._ends(line, number, last=last)
            return not self._others
        chosen = _fits(self._start, line, number, last=last)
        if chosen and self._is_range:
            # A regular expression is looked for from the next line on.
            self._inside = self._end.startswith("/") or not self._ends(line, number, last=last)
        return chosen != self._others

    def _ends(self, line: str, number: int, *, last: bool) -> bool:
        if self._end.isdigit():
            return number >= int(self._end)
        return _fits(self._end, line, number, last=last)


def _fits(address: str, line: str, number: int, *, last: bool) -> bool:
    if address == "$":
        return last
    if address.startswith("/"):
        return bool(re.search(address[1:], line))
    return not address or number == int(address)


def _changed(step: Sequence[str], line: str) -> str | None:
    _, pattern, replacement, flags = step
    if "d" in flags:
        return None
    ignored = re.IGNORECASE if "i" in flags else 0
    count = 0 if "g" in flags else 1
    if not {"l", "u"} & set(flags):
        return re.sub(pattern, replacement, line, count=count, flags=ignored)

    def replaced(match: re.Match[str]) -> str:
        text = match.expand(replacement)
        return text.lower() if "l" in flags else text.upper()

    return re.sub(pattern, replaced, line, count=count, flags=ignored)
