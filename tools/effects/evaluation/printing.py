"""Commands that print: ``echo`` and ``printf``."""

from __future__ import annotations

import re

from tools.effects.evaluation.context import Call, Result
from tools.effects.evaluation.interpreter import Interpreter
from tools.effects.evaluation.values import Unknown, Value, joined


def echo(_: Interpreter, call: Call) -> Result:
    """Run ``echo`` of dash and bash."""
    values, end, escapes = list(call.values), "\n", False
    while values and isinstance(values[0], str) and re.fullmatch("-[neE]+", values[0]):
        option = str(values.pop(0))
        end = "" if "n" in option else end
        escapes |= "e" in option
    parts: list[Value] = []
    for value in values:
        parts += [" ", value] if parts else [value]
    text = joined([*parts, end])
    # dash always interprets escapes.
    return Result(output=text if isinstance(text, Unknown) else _unescaped(text))


def printf(_: Interpreter, call: Call) -> Result:
    """Fill in a format."""
    if len(call.arguments) < len(call.values) or not call.arguments:
        return Result(output=next((v for v in call.values if isinstance(v, Unknown)), ""))
    pattern, *arguments = [item for item in call.arguments if item != "--"]
    pattern = _unescaped(pattern)
    wanted = len(re.findall(r"%(?!%)", pattern))
    rounds = -(-len(arguments) // wanted) if wanted and arguments else 1
    rest = iter(arguments)

    def replaced(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        argument = next(rest, "")
        if match[2] in "di":
            return (match[1] + "d") % int(argument or 0)
        if match[2] in "oxX":
            return (match[1] + match[2]) % int(argument or 0)
        return (match[1] + "s") % (_unescaped(argument) if match[2] == "b" else argument)

    try:
        texts = [re.sub(r"%%|(%[-0-9.# ]*)([a-zA-Z])", replaced, pattern) for _ in range(rounds)]
    except (ValueError, TypeError):
        return Result(output=Unknown("the output of printf"))
    return Result(output="".join(texts))


_ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v",
    "e": "\x1b",
}  # fmt: skip


def _unescaped(text: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match[1][0] in "01234567":
            return chr(int(match[1], 8) & 255)
        return _ESCAPES.get(match[1], match[0])

    return re.sub(r"\\(0?[0-7]{1,3}|.)", replaced, text, flags=re.DOTALL)
