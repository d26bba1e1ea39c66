"""grep(1), on what is known, and on files that only an image has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from getopt import GetoptError, gnu_getopt

from tools.effects.commands.posix_expression import posix_expression
from tools.effects.commands.text import input_of
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import Truth, Unknown, condition, truth


def _grep(context: Context, call: Call) -> Result:
    words = list(call.values)
    if any(isinstance(word, Unknown) for word in words):
        unknown = next(word for word in words if isinstance(word, Unknown))
        return Result(unknown, unknown)
    try:
        given, names = gnu_getopt(call.arguments, _GREP, _GREP_WORDS)
    except GetoptError:
        return Result(Unknown("what grep finds"), Unknown("what grep finds"))
    options = "".join(_SHORT.get(name, name.lstrip("-")) for name, _ in given)
    patterns = [value for name, value in given if name in {"-e", "--regexp"}]
    patterns = patterns or [names.pop(0) for _ in names[:1]]
    if "f" in options or not patterns:
        return Result(Unknown("what grep finds"), Unknown("what grep finds"))
    text = input_of(context, call, names)
    extended = call.name == "egrep" or "E" in options or "P" in options
    plain = "F" in options or call.name == "fgrep"
    found_by = [
        re.escape(pattern) if plain else posix_expression(pattern, extended=extended)
        for pattern in patterns
    ]
    expression = found_by[0] if len(found_by) == 1 else f"(?:{')|(?:'.join(found_by)})"
    try:
        compiled = re.compile(expression, re.IGNORECASE if "i" in options else 0)
    except re.error:
        return Result(Unknown("what grep finds"), Unknown("what grep finds"))
    if isinstance(text, Unknown):
        asked = _asked_of_image(context, names, expression, options)
        return Result(text if asked is None else asked, text)
    search = compiled.fullmatch if "x" in options else compiled.search
    found = [line for line in text.splitlines() if bool(search(line)) != ("v" in options)]
    if "o" in options and "v" not in options:
        found = [match[0] for line in found for match in compiled.finditer(line)]
    output = f"{len(found)}\n" if "c" in options else "".join(f"{line}\n" for line in found)
    return Result(truth(bool(found)), "" if "q" in options or "l" in options else output)


_GREP = "EFGPcbhHiLlnoqrRsvwxyzIaA:B:C:e:f:m:"
_SHORT = {
    "--quiet": "q", "--silent": "q", "--extended-regexp": "E", "--fixed-strings": "F",
    "--ignore-case": "i", "--invert-match": "v", "--line-regexp": "x", "--count": "c",
    "--only-matching": "o", "--word-regexp": "w", "--no-messages": "s", "--file": "f",
    "--files-with-matches": "l", "--perl-regexp": "P",
}  # fmt: skip
_GREP_WORDS = [
    *(name[2:] for name in _SHORT if name != "--file"), "file=", "regexp=", "color=",
    "max-count=", "no-filename", "with-filename", "line-number", "text", "basic-regexp",
]  # fmt: skip


def _asked_of_image(
    context: Context, names: list[str], expression: str, options: str
) -> Truth | None:
    """Return the condition that a file has a line, if only an image has the file."""
    path = context.path(names[0]) if len(names) == 1 else ""
    account = _ACCOUNT.fullmatch(expression)
    if account and path in {"/etc/passwd", "/etc/group"} and not set(options) & set("vci"):
        exists = context.user_exists if path == "/etc/passwd" else context.group_exists
        return exists(account[1])
    if not context.is_of_image(path) or " " in path or set(options) & set("vxcLw"):
        return None
    return condition("matches", f"{path} {'(?i)' if 'i' in options else ''}{expression}")


_ACCOUNT = re.compile(r"\^?([a-z_][-a-z0-9_]*):?")
"""A pattern of the line of an account."""

GREP: Mapping[str, Handler] = dict.fromkeys(("grep", "egrep", "fgrep"), _grep)
"""The command of this topic."""
