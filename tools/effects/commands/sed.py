"""sed(1): substitutions and deletions, of known texts and of known files in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from getopt import GetoptError, gnu_getopt

from tools.effects.commands.text import input_of, posix_expression
from tools.effects.effect import File
from tools.effects.evaluation.context import Call, Context, Result
from tools.effects.evaluation.interpreter import Handler
from tools.effects.evaluation.values import Unknown

_SUBSTITUTION = re.compile(r"s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gip]*)", re.DOTALL)
_ADDRESS = re.compile(r"(?:(\d+|\$)|/((?:\\.|[^/\\])*)/)?\s*(!?)\s*", re.DOTALL)

_IN_PLACE = re.compile(r"-([nErsz]*)i.*|--in-place(?:=.*)?()")

Line = Callable[[int, bool, str], str | None]
"""What becomes of a line, by its number and whether it is the last; None if it is deleted."""


class _NotUnderstood(Exception):  # noqa: N818 - never leaves this file
    """A command of sed that is not understood."""


def _sed(context: Context, call: Call) -> Result:
    unknown = next((value for value in call.values if isinstance(value, Unknown)), None)
    prints = Unknown(unknown.reason if unknown else "what sed prints")
    words = []
    in_place = False
    for word in call.arguments:
        match = _IN_PLACE.fullmatch(word)
        in_place |= bool(match)
        if not match:
            words.append(word)
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
            context.fail(call, f"an argument is unknown: {unknown.reason}")
        return Result(output=prints)
    commands = None
    if not names & {"-n", "-f", "-s", "-z"}:
        commands = _commands(scripts, bool(names & {"-E", "-r", "--regexp-extended"}))
    if in_place:
        for name in operands:
            _edit(context, call, context.path(name), commands)
        return Result()
    text = input_of(context, call, operands)
    if text == "":
        return Result()
    if isinstance(text, Unknown) or commands is None:
        return Result(output=text if isinstance(text, Unknown) else prints)
    return Result(output=_applied(commands, text))


def _commands(scripts: list[str], extended: bool) -> list[Line] | None:
    try:
        return [_command(item, extended) for text in scripts for item in _split(text)]
    except (_NotUnderstood, re.error):
        return None


def _edit(context: Context, call: Call, path: str, commands: list[Line] | None) -> None:
    files = context.files
    if files.kind(path) == "":
        context.needless(call, "nothing is there on a first installation")
        return
    content = files.content(path)
    if content is None or commands is None:
        reason = "its commands of sed are not understood"
        if content is None:
            reason = context.unknown_content.get(path, f"the content of {path}")
        if context.passing(path):
            context.unknown_content[path] = reason if content is None else "what sed makes of it"
        else:
            context.fail(call, reason)
        files.make(path, "file")
        return
    edited = _applied(commands, content.decode("utf-8", "surrogateescape"))
    data = edited.encode("utf-8", "surrogateescape")
    if data == content:
        context.needless(call, "it changes nothing")
        return
    if not context.passing(path):
        context.emit(call, File, path, edited)
    context.make(path, "file", data)


def _applied(commands: list[Line], text: str) -> str:
    lines = text.splitlines(keepends=True)
    kept = []
    for number, line in enumerate(lines, 1):
        body = line.removesuffix("\n")
        value: str | None = body
        for command in commands:
            if value is not None:
                value = command(number, number == len(lines), value)
        if value is not None:
            kept.append(value + line[len(body) :])
    return "".join(kept)


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


def _command(text: str, extended: bool) -> Line:
    address = _ADDRESS.match(text)
    if not address:
        raise _NotUnderstood
    rest, number, pattern = text[address.end() :], address[1], address[2]
    expression = None
    if pattern is not None:
        expression = re.compile(posix_expression(pattern.replace("\\/", "/"), extended=extended))
    act = _action(rest, extended)

    def applied(at: int, last: bool, line: str) -> str | None:
        chosen = True
        if number:
            chosen = last if number == "$" else at == int(number)
        elif expression:
            chosen = bool(expression.search(line))
        return act(line) if chosen != bool(address[3]) else line

    return applied


def _action(text: str, extended: bool) -> Callable[[str], str | None]:
    if text == "d":
        return lambda _: None
    match = _SUBSTITUTION.fullmatch(text)
    if not match or "p" in match[4]:
        raise _NotUnderstood
    separator = match[1]
    pattern = match[2].replace("\\" + separator, separator) if separator != "|" else match[2]
    compiled = re.compile(
        posix_expression(pattern, extended=extended), re.IGNORECASE if "i" in match[4] else 0
    )
    replacement = re.sub(
        r"\\(.)|&",
        lambda found: (
            "\\g<0>"
            if found[0] == "&"
            else f"\\g<{found[1]}>"
            if found[1].isdigit()
            else {"n": "\n", "t": "\t", "\\": r"\\"}.get(found[1], found[1])
        ),
        match[3],
    )
    count = 0 if "g" in match[4] else 1
    return lambda line: compiled.sub(replacement, line, count=count)


SED: Mapping[str, Handler] = {"sed": _sed}
"""The command of this topic."""
