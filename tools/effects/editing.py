"""Edits of sed(1) and searches of grep(1), as data.

Scripts use them on files whose content only an image has. Regular expressions are Python's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Step = tuple[str, str, str, str]
"""A command of sed: (address, pattern, replacement, flags).

``address`` is empty for all lines, a number, ``$`` for the last, or ``/`` and a regular expression.
The flags are ``!`` for the other lines, ``d`` to delete a line instead of replacing the pattern in
it, ``g`` to replace each, and ``i`` to let case not matter.
"""


def edited(text: str, steps: Sequence[Sequence[str]]) -> str:
    """Do some steps to each line of a text.

    Raises:
        re.error: an expression is none.
    """
    lines = text.splitlines(keepends=True)
    kept = []
    for number, line in enumerate(lines, 1):
        body = line.removesuffix("\n")
        value: str | None = body
        for step in steps:
            if value is not None and _is_chosen(step, value, number, last=number == len(lines)):
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


def _is_chosen(step: Sequence[str], line: str, number: int, *, last: bool) -> bool:
    address, _, _, flags = step
    chosen = True
    if address == "$":
        chosen = last
    elif address.startswith("/"):
        chosen = bool(re.search(address[1:], line))
    elif address:
        chosen = number == int(address)
    return chosen != ("!" in flags)


def _changed(step: Sequence[str], line: str) -> str | None:
    _, pattern, replacement, flags = step
    if "d" in flags:
        return None
    ignored = re.IGNORECASE if "i" in flags else 0
    return re.sub(pattern, replacement, line, count=0 if "g" in flags else 1, flags=ignored)
