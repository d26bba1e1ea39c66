"""The values of an evaluation: a text, a truth, or unknown with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tools.effects.condition import Condition, opposite
from tools.effects.shell.syntax import Command


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither known nor expressible as conditions on the image.

    Attributes:
        reason: why.
        made: whether it is the output of a tool whose result a writer makes.
        fields: those fields of a line that are known, by number from 1 on.
        trees: where it is a list of paths: all below these directories, each with ``file``,
            ``directory`` or, for both, an empty text.
    """

    reason: str
    made: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    trees: tuple[tuple[str, str], ...] = ()
    many: bool = False
    choice: Choice | None = None


Value = str | Unknown
"""The value of a word."""

Formula = tuple[tuple[Condition, ...], ...]
"""Alternatives of conditions that must all hold; at most one alternative holds."""

TRUE: Formula = ((),)
FALSE: Formula = ()

Truth = Formula | Unknown
"""The result of a command: whether it succeeds."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The value of a variable after a branch that the image decides.

    Attributes:
        when: the condition.
        first: the value if it holds.
        second: the value if it does not.
    """

    when: Formula
    first: Stored
    second: Stored


Stored = str | Unknown | Choice
"""The value of a variable."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A function that two branches define in their own ways; or only one does.

    Attributes:
        when: the condition of the first branch.
        first: what the first branch defines.
        second: what the other one does.
    """

    when: Truth
    first: Definition | None
    second: Definition | None


Definition = Command | Fork
"""What a call of a function runs."""

_MOST = 12


def truth(value: bool) -> Formula:
    """Return a known truth."""
    return TRUE if value else FALSE


def condition(test: str, subject: str) -> Formula:
    """Return the truth of one condition on the image."""
    return ((Condition(test, subject),),)


def both(first: Truth, second: Truth) -> Truth:
    """First and second."""
    if FALSE in (first, second):
        return FALSE
    if isinstance(first, Unknown):
        return first
    if isinstance(second, Unknown):
        return second
    found: list[tuple[Condition, ...]] = []
    for left in first:
        for right in second:
            joined = tuple(dict.fromkeys(left + right))
            if not any(opposite(item) in joined for item in joined):
                found.append(joined)
    return _checked(tuple(dict.fromkeys(found)))


def negation(value: Truth) -> Truth:
    """Not the value."""
    if isinstance(value, Unknown):
        return value
    result: Truth = TRUE
    for alternative in value:
        # Not (a and b) is: not a, or a and not b; so that at most one alternative holds.
        parts = tuple(
            (*alternative[:index], opposite(item)) for index, item in enumerate(alternative)
        )
        result = both(result, parts)
    return result


def _simplified(alternatives: list[tuple[Condition, ...]]) -> list[tuple[Condition, ...]]:
    """Join alternatives that differ in one condition alone, which one has and one excludes."""
    for index, one in enumerate(alternatives):
        for other in alternatives[index + 1 :]:
            unlike = set(one) ^ set(other)
            if len(unlike) == 2 and opposite(unlike.pop()) in unlike:
                rest = tuple(item for item in one if item in other)
                return _simplified(
                    [rest if each is one else each for each in alternatives if each is not other]
                )
    return alternatives


def either(first: Truth, second: Truth) -> Truth:
    """First or second."""
    if TRUE in (first, second):
        return TRUE
    if isinstance(first, Unknown):
        return first
    rest = both(negation(first), second)
    return rest if isinstance(rest, Unknown) else _checked(first + rest)


def _checked(formula: Formula) -> Truth:
    formula = tuple(_simplified(list(formula)))
    if () in formula:
        return TRUE
    if len(formula) > _MOST:
        return Unknown("it depends on too many conditions")
    return formula


def joined(parts: list[Value]) -> Value:
    """Return the parts one after the other."""
    parts = [part for part in parts if part != ""]
    unknown = [index for index, part in enumerate(parts) if isinstance(part, Unknown)]
    if not unknown:
        return "".join(str(part) for part in parts)
    first = parts[unknown[0]]
    if len(parts) == 1 or not isinstance(first, Unknown) or first.choice is None:
        return first
    if len(unknown) > 1:
        return replace(first, choice=None)
    before, after = (
        "".join(map(str, parts[: unknown[0]])),
        "".join(map(str, parts[unknown[0] + 1 :])),
    )
    return replace(first, choice=mapped(first.choice, lambda text: before + text + after))


def mapped(choice: Choice, change: Callable[[str], str]) -> Choice:
    """Return a choice with its texts changed."""
    first, second = (
        mapped(each, change)
        if isinstance(each, Choice)
        else each
        if isinstance(each, Unknown)
        else change(each)
        for each in (choice.first, choice.second)
    )
    return Choice(choice.when, first, second)


def stored(value: Value) -> Stored:
    """Return a value as a variable has it: a choice, where it is one."""
    return value.choice or value if isinstance(value, Unknown) else value


def reason_of(value: Truth) -> str:
    """Return the reason for a value that depends on an unknown truth."""
    if isinstance(value, Unknown):
        return value.reason
    conditions = [f"{item.test} {item.subject}" for alternative in value for item in alternative]
    return f"it depends on whether {' or '.join(conditions)}"
