"""sed(1): substitutions and deletions, of known texts and of known files in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from getopt import GetoptError, gnu_getopt

from tools.effects.commands.posix_expression import posix_expression
from tools.effects.commands.text import input_of
from tools.effects.editing import Step, edited
from tools.effects.effect import Edit, File
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import Unknown

_SUBSTITUTION = re.compile(r"s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gip]*)", re.DOTALL)
_PLACE = r"(?:(\d+|\$)|/((?:\\.|[^/\\])*)/)"
_ADDRESS = re.compile(rf"(?:{_PLACE}(?:\s*,\s*{_PLACE})?)?\s*(!?)\s*", re.DOTALL)
_CASES = {"\\L": "l", "\\U": "u"}

_CHANGES_CASE = frozenset("LUluE")
_IN_PLACE = re.compile(r"-([nErsz]*)i.*|--in-place(?:=.*)?()")


_UNKNOWN = "\0"
"""What is passed on for an argument that is unknown; no path is this."""


class _NotUnderstood(Exception):  # noqa: N818 - never leaves this file
    """An unknown command of sed."""


def _sed(context: Context, call: Call) -> Result:
    unknown = next((value for value in call.values if isinstance(value, Unknown)), None)
    prints = Unknown(unknown.reason if unknown else "what sed prints")
    words = []
    in_place = False
    for word in call.values:
        match = None if isinstance(word, Unknown) else _IN_PLACE.fullmatch(word)
        in_place |= bool(match)
        if not match:
            words.append(_UNKNOWN if isinstance(word, Unknown) else word)
        elif match[1]:
            words.append(f"-{match[1]}")
    try:
        found, operands = gnu_getopt(words, "nErszue:f:", ["expression=", "regexp-extended"])
    except GetoptError:
        found, operands = [], []
    names = {name for name, _ in found}
    scripts = [value for name, value in found if name in {"-e", "--expression"}]
    if not scripts and operands:
        scripts = [operands.pop(0)]
    if unknown:
        if in_place:
            _edit_unknown(context, call, [context.path(name) for name in operands], unknown)
        return Result(output=prints)
    steps = None if names & {"-f", "-s", "-z"} else _steps(scripts, names)
    if in_place:
        for name in operands:
            _edit(context, call, context.path(name), steps)
        return Result()
    text = input_of(context, call, operands)
    if text == "":
        return Result()
    if isinstance(text, Unknown) or steps is None:
        return Result(output=text if isinstance(text, Unknown) else prints)
    return Result(output=edited(text, steps))


def _edit_unknown(context: Context, call: Call, paths: list[str], unknown: Unknown) -> None:
    """Edit files with a script that is not known: of what does not last, only that is noted."""
    if not paths or not all(map(context.passing, paths)):
        path = paths[0] if len(paths) == 1 else ""
        context.fail(call, f"an argument is unknown: {unknown.reason}", path=path)
        return
    for path in paths:
        context.unknown_content[path] = unknown.reason
        context.files.make(path, "file")


def _steps(scripts: list[str], options: set[str]) -> tuple[Step, ...] | None:
    extended = bool(options & {"-E", "-r", "--regexp-extended"})
    try:
        if "-n" in options:
            return tuple(_printing_steps(scripts, extended))
        return tuple(_step(item, extended) for text in scripts for item in _split(text))
    except (_NotUnderstood, re.error):
        return None


def _printing_steps(scripts: list[str], extended: bool) -> Iterator[Step]:
    """Return steps that leave what ``sed -n`` prints with ``/a/p`` or ``s/a/b/p``."""
    if len(scripts) != 1 or not scripts[0].rstrip().endswith("p"):
        raise _NotUnderstood
    text = scripts[0].strip().removesuffix("p")
    address = _ADDRESS.match(text)
    end = address.end() if address else 0
    chosen = _step(f"{text[:end]}d", extended)
    if chosen[0]:
        yield (*chosen[:3], "d" if "!" in chosen[3] else "!d")
    if text[end:]:
        changed = _step(text[end:], extended)
        ignored = "(?i)" if "i" in changed[3] else ""
        yield f"/{ignored}{changed[1]}", "", "", "!d"
        yield changed


def _edit(context: Context, call: Call, path: str, steps: tuple[Step, ...] | None) -> None:
    files = context.files
    if files.kind(path) == "":
        context.needless(call, "nothing is there on a first installation")
        return
    content = files.content(path)
    if content is None and steps is not None and context.is_of_image(path):
        context.emit(call, Edit, path, steps)
        files.make(path, "file")
        return
    if content is None or steps is None:
        reason = "its commands of sed are not understood"
        if content is None:
            reason = context.unknown_content.get(path, f"the content of {path}")
        if context.passing(path):
            context.unknown_content[path] = reason if content is None else "what sed makes of it"
        else:
            context.fail(call, reason, path=path)
        files.make(path, "file")
        return
    text = edited(content.decode("utf-8", "surrogateescape"), steps)
    data = text.encode("utf-8", "surrogateescape")
    if data == content:
        context.needless(call, "it changes nothing")
        return
    if not context.passing(path):
        context.emit(call, File, path, text)
    context.make(path, "file", data)


def _split(script: str) -> list[str]:
    """Return the commands of a script, between semicolons and ends of lines."""
    found, rest = [], script.strip()
    while rest := rest.lstrip("; \n\t"):
        address = _ADDRESS.match(rest)
        start = address.end() if address else 0
        match = _SUBSTITUTION.match(rest, start)
        end = match.end() if match else re.compile(r"[^;\n]*").match(rest, start).end()  # type: ignore[union-attr]
        found.append(rest[:end].strip())
        rest = rest[end:]
        if rest and rest[0] not in "; \n\t":
            raise _NotUnderstood
    return found


def _step(text: str, extended: bool) -> Step:
    match = _ADDRESS.match(text)
    if not match:
        raise _NotUnderstood
    rest, address = text[match.end() :], _place(match[1], match[2], extended)
    if match[3] is not None or match[4] is not None:
        address += "\n" + _place(match[3], match[4], extended)
    if rest == "d":
        return address, "", "", match[5] + "d"
    substitution = _SUBSTITUTION.fullmatch(rest)
    if not substitution or "p" in substitution[4]:
        raise _NotUnderstood
    separator, pattern = substitution[1], substitution[2]
    if separator != "|":
        pattern = pattern.replace("\\" + separator, separator)
    pattern = posix_expression(pattern, extended=extended)
    case = _CASES.get(substitution[3][:2], "")
    replacement = re.sub(
        r"\\(.)|&", _replaced, substitution[3][2 if case else 0 :], flags=re.DOTALL
    )
    re.compile(pattern).sub(replacement, "")
    return address, pattern, replacement, match[5] + substitution[4] + case


def _place(line: str | None, expression: str | None, extended: bool) -> str:
    """Return an address, in the form of a step."""
    if expression is None:
        return line or ""
    expression = posix_expression(expression.replace("\\/", "/"), extended=extended)
    re.compile(expression)
    return f"/{expression}"


def _replaced(found: re.Match[str]) -> str:
    """Return a replacement in Python's syntax, with ``&`` and escapes."""
    if found[0] == "&":
        return "\\g<0>"
    if found[1].isdigit():
        return f"\\g<{found[1]}>"
    if found[1] in _CHANGES_CASE:
        raise _NotUnderstood
    return {"n": "\n", "t": "\t", "\\": r"\\"}.get(found[1], found[1])


SED: Mapping[str, Handler] = {"sed": _sed}
"""The command of this topic."""
