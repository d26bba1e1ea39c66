"""Effects as text for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST_VALUE = 60
_PLACES = frozenset({"kind", "script", "line", "when"})


def describe(values: Mapping[str, Any]) -> str:
    """Return one line: the effect, where it is declared, and its conditions.

    Args:
        values: an effect as JSON.
    """
    words = [f"{name}={_shown(value)}" for name, value in values.items() if name not in _PLACES]
    conditions = " and ".join(f"{test} {subject}" for test, subject in values.get("when", ()))
    place = f"{values['script']}:{values['line']}"
    text = f"{values['kind']} {' '.join(words)}  ({place})"
    return f"{text} if {conditions}" if conditions else text


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    text = str(value).encode("utf-8", "backslashreplace").decode()
    text = "".join(c if c.isprintable() else "\\n" if c == "\n" else "?" for c in text)
    text = text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
    return f'"{text}"' if " " in text or not text else text
