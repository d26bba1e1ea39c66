"""Suggests the name that was meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean "x"?``, or an empty text when nothing known is close."""
    import difflib  # noqa: PLC0415  (almost always nothing is wrong)

    close = difflib.get_close_matches(word, list(known), n=3, cutoff=0.75)
    if not close:
        return ""
    return "Did you mean " + " or ".join(f'"{name}"' for name in close) + "?"
