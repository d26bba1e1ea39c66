"""``test``, ``[`` and ``[[``: POSIX test(1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tools.effects.evaluation.context import Context
from tools.effects.evaluation.values import (
    FALSE,
    Truth,
    Unknown,
    Value,
    both,
    either,
    negation,
    truth,
)

_BINARY_TEXT = """
    = == != < > -eq -ne -lt -le -gt -ge -nt -ot -ef =~
"""
_BINARY = frozenset(_BINARY_TEXT.split())
_UNARY = frozenset(f"-{c}" for c in "abcdefghkprstuvwxzLOSGNn")


def evaluate_test(context: Context, values: list[Value], *, extended: bool = False) -> Truth:
    """Return the result of test(1).

    Args:
        context: for tests of files.
        values: the arguments, without the closing bracket.
        extended: whether it is ``[[``, where the right side of ``=`` is a pattern.
    """
    return _Test(context, values, extended=extended).result()


class _Test:
    def __init__(self, context: Context, values: list[Value], *, extended: bool) -> None:
        self._context = context
        self._values = values
        self._extended = extended
        self._at = 0

    def result(self) -> Truth:
        if not self._values:
            return FALSE
        # POSIX decides by the number of arguments first: ``[ ! ]``, ``[ -n = x ]``.
        if len(self._values) == 1:
            return self._text(self._values[0])
        if len(self._values) == 3 and self._values[1] in _BINARY:
            return self._binary(*self._values)  # type: ignore[arg-type]
        value = self._or()
        if self._at < len(self._values):
            return Unknown("its test is not understood")
        return value

    def _peek(self) -> Value | None:
        return self._values[self._at] if self._at < len(self._values) else None

    def _next(self) -> Value:
        value = self._peek()
        self._at += 1
        return "" if value is None else value

    def _chain(
        self,
        words: tuple[str, ...],
        part: Callable[[], Truth],
        join: Callable[[Truth, Truth], Truth],
    ) -> Truth:
        value = part()
        while self._peek() in words:
            self._at += 1
            value = join(value, part())
        return value

    def _or(self) -> Truth:
        return self._chain(("-o", "||"), self._and, either)

    def _and(self) -> Truth:
        return self._chain(("-a", "&&"), self._primary, both)

    def _primary(self) -> Truth:
        value = self._next()
        following = self._values[self._at] if self._at < len(self._values) else None
        if following in _BINARY and self._at + 1 < len(self._values):
            self._at += 1
            return self._binary(value, str(following), self._next())
        if value == "!":
            return negation(self._primary())
        if value == "(":
            inner = self._or()
            self._at += 1
            return inner
        if isinstance(value, str) and value in _UNARY and following is not None:
            return self._unary(value[1], self._next())
        return self._text(value)

    def _text(self, value: Value) -> Truth:
        return value if isinstance(value, Unknown) else truth(value != "")

    def _unary(self, operator: str, value: Value) -> Truth:  # noqa: PLR0911 - a case for each letter
        if isinstance(value, Unknown):
            return value
        if operator in "nz":
            return truth((value != "") == (operator == "n"))
        if operator == "t":
            return FALSE  # no terminal
        if operator in "LSOGNabcdefghkprsuwx":
            if not value:
                return FALSE
            if operator in "OG" and self._context.user:
                # Root made the files that a first installation finds.
                return self._context.owned(self._context.path(value))
            name = "e" if operator in "aOG" else operator
            return self._context.files.test(name, self._context.path(value))
        return Unknown(f"the result of test -{operator}")

    def _binary(self, left: Value, operator: str, right: Value) -> Truth:  # noqa: PLR0911
        if isinstance(left, Unknown):
            return left
        if isinstance(right, Unknown):
            return right
        if operator in {"=", "==", "!="}:
            if self._extended and re.search(r"[*?\[]", right):
                return Unknown("a pattern in [[ ]]")
            return truth((left == right) == (operator != "!="))
        if operator in {"<", ">"}:
            return truth(left < right if operator == "<" else left > right)
        try:
            a, b = int(left or 0), int(right or 0)
        except ValueError:
            return Unknown(f"the result of test {operator}")
        results = {
            "-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b
        }  # fmt: skip
        return truth(results[operator]) if operator in results else Unknown("the ages of files")
