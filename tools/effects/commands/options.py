"""Options of commands, GNU style."""

from __future__ import annotations

import functools
from collections.abc import Callable
from getopt import GetoptError, gnu_getopt

from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.values import Unknown

Known = Callable[[Context, Call, dict[str, str], list[str]], Result]
"""A command with its options by name without hyphens, with the last value of a repeated one."""


def command(short: str = "", *long: str) -> Callable[[Known], Callable[[Context, Call], Result]]:
    """Read the options of a command, which is not reproduced if one or an argument is unknown.

    Args:
        short: letters, with a colon after those that take a value.
        long: names, with ``=`` at the end of those that take a value.
    """

    def decorate(function: Known) -> Callable[[Context, Call], Result]:
        @functools.wraps(function)
        def handler(context: Context, call: Call) -> Result:
            unknown = next((value for value in call.values if isinstance(value, Unknown)), None)
            if unknown:
                context.fail(call, f"an argument is unknown: {unknown.reason}")
                return Result()
            try:
                options, operands = gnu_getopt(list(call.arguments), short, long)
            except GetoptError as error:
                context.fail(call, str(error))
                return Result()
            named = {name.lstrip("-"): value for name, value in options}
            return function(context, call, named, operands)

        return handler

    return decorate


def chosen(options: dict[str, str], *names: str) -> str | None:
    """Return the value of the first of some names that is given."""
    return next((options[name] for name in names if name in options), None)
