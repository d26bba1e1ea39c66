"""The file ``triggers`` of a control archive, deb-triggers(5)."""

from __future__ import annotations

from collections.abc import Iterator

from tools.effects.effect import NotReproduced, Trigger

_DIRECTIVES = frozenset(
    f"{verb}{suffix}" for verb in ("interest", "activate") for suffix in ("", "-await", "-noawait")
)


def activated(text: str) -> Iterator[Trigger | NotReproduced]:
    """Yield the triggers that installing the package activates; a malformed line is reported."""
    for number, directive, names in _lines(text):
        if directive not in _DIRECTIVES or len(names) != 1:
            shown = " ".join((directive, *names))
            reason = "it is no directive of deb-triggers(5)"
            yield NotReproduced(shown, reason, script="triggers", line=number)
        elif directive.startswith("activate"):
            yield Trigger(names[0], script="triggers", line=number)


def interests(text: str) -> list[str]:
    """Return the triggers that the package waits for."""
    return [
        names[0]
        for _, directive, names in _lines(text)
        if directive.startswith("interest") and names
    ]


def _lines(text: str) -> Iterator[tuple[int, str, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            yield number, words[0], words[1:]
