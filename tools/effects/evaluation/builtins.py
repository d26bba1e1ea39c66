"""The commands of the shell itself, POSIX "Special Built-In Utilities" and similar ones."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace

from tools.effects.effect import Needless, NotReproduced
from tools.effects.evaluation.branches import Leave
from tools.effects.evaluation.conditions import evaluate_test
from tools.effects.evaluation.context import Call, Result
from tools.effects.evaluation.interpreter import Builtin, Interpreter
from tools.effects.evaluation.printing import echo, printf
from tools.effects.evaluation.sourcing import run_text, source_file
from tools.effects.evaluation.values import (
    FALSE,
    TRUE,
    Truth,
    Unknown,
    Value,
    both,
    joined,
    truth,
)
from tools.effects.shell.parser import parse
from tools.effects.shell.syntax import Block


def _exit(shell: Interpreter, call: Call) -> Result:
    raise Leave("exit", _given_status(shell, call))


def _return(shell: Interpreter, call: Call) -> Result:
    raise Leave("return", _given_status(shell, call))


_IS_STATUS = re.compile(r"\s\"?\$\?\"?$")


def _given_status(shell: Interpreter, call: Call) -> Truth:
    if not call.values or call.values[0] == "":
        return shell.status_before
    value = call.values[0]
    if isinstance(value, Unknown):
        return shell.status_before if _IS_STATUS.search(call.text) else value
    return truth(value == "0")


def _break(_: Interpreter, call: Call) -> Result:
    raise Leave(call.name)


def _set(shell: Interpreter, call: Call) -> Result:
    if "--" in call.values:
        shell.variables.positional[:] = call.values[call.values.index("--") + 1 :]
    elif call.values and not str(call.values[0]).startswith(("-", "+")):
        shell.variables.positional[:] = call.values
    return Result()


def _shift(shell: Interpreter, call: Call) -> Result:
    count = int(call.arguments[0]) if call.arguments and call.arguments[0].isdigit() else 1
    enough = len(shell.variables.positional) >= count
    del shell.variables.positional[:count]
    return Result(truth(enough))


def _declare(shell: Interpreter, call: Call) -> Result:
    for value in call.values:
        if isinstance(value, str) and not value.startswith("-"):
            name, equals, text = value.partition("=")
            if equals:
                shell.variables.values[name] = text
            elif call.name in {"local", "declare", "typeset"}:
                shell.variables.values[name] = ""
        elif isinstance(value, Unknown):
            # Its name was lost with its value.
            match = re.search(rf"\b{call.name}\b.*?([A-Za-z_]\w*)=", call.text)
            if match:
                shell.variables.values[match[1]] = value
    return Result()


def _unset(shell: Interpreter, call: Call) -> Result:
    for name in call.arguments:
        shell.variables.values.pop(name, None)
        if "-f" in call.arguments:
            shell.functions.pop(name, None)
    return Result()


def _cd(shell: Interpreter, call: Call) -> Result:
    operands = [value for value in call.values if value not in {"-P", "-L", "--"}]
    target: Value = operands[0] if operands else "/root"
    if isinstance(target, Unknown):
        # What follows acts on an unknown directory.
        shell.context.fail(call, f"the directory is unknown: {target.reason}")
        return Result()
    if target == "-":
        return Result()
    path = shell.context.path(target)
    exists = shell.context.files.test("d", path)
    if exists != FALSE:
        shell.context.directory = path
        shell.context.unsure.pop("directory", None)
        shell.changed["directory"] = call
    return Result(exists)


def _umask(shell: Interpreter, call: Call) -> Result:
    if call.arguments and re.fullmatch("[0-7]+", call.arguments[0]):
        shell.context.umask = int(call.arguments[0], 8)
        shell.context.unsure.pop("umask", None)
        shell.changed["umask"] = call
        return Result()
    return Result(output=f"{shell.context.mask:04o}\n")


def _read(shell: Interpreter, call: Call) -> Result:
    names = [name for name in call.arguments if not name.startswith("-")] or ["REPLY"]
    if isinstance(shell.input, Unknown):
        for name in names:
            shell.variables.values[name] = shell.input
        return Result(shell.input)
    if not shell.input:
        for name in names:
            shell.variables.values[name] = ""
        return Result(FALSE)
    line, newline, shell.input = shell.input.partition("\n")
    separators = shell.expansion.separators
    rest = line.strip(" \t") if set(" \t") & set(separators) else line
    for name in names[:-1]:
        fields = re.split(rf"[{re.escape(separators)}]+" if separators else "$^", rest, maxsplit=1)
        shell.variables.values[name] = fields[0]
        rest = fields[1] if len(fields) > 1 else ""
    shell.variables.values[names[-1]] = rest
    return Result(truth(bool(newline) or bool(line)))


def _eval(shell: Interpreter, call: Call) -> Result:
    parts: list[Value] = []
    for value in call.values:
        parts += [value, " "]
    text = joined(parts)
    if isinstance(text, Unknown):
        shell.context.fail(call, f"what it evaluates is unknown: {text.reason}")
        return Result(text)
    return Result(run_text(shell, call, text))


def _alias(shell: Interpreter, call: Call) -> Result:
    """``alias NAME=COMMAND``: as a function is, of the words that follow it."""
    for value in call.arguments:
        name, equals, text = value.partition("=")
        if equals:
            shell.functions[name] = Block(parse(f'{text} "$@"'), subshell=False)
    return Result()


def _lookup(shell: Interpreter, call: Call) -> Result:
    """``command -v``, ``which``, ``type``, ``hash``."""
    names = [value for value in call.values if not str(value).startswith("-")]
    result: Truth = TRUE
    output: list[Value] = []
    for name in names:
        if isinstance(name, Unknown):
            return Result(name, name)
        if name in shell.functions or name in shell.builtins:
            found: Truth = TRUE
        elif name.startswith("/"):
            found = shell.context.files.test("x", name)
        else:
            found = shell.context.files.program(name)
        result = both(result, found)
        if found != FALSE:
            path = name if name.startswith("/") else f"/usr/bin/{posixpath.basename(name)}"
            output.append(f"{path}\n")
    return Result(result, joined(output))


def _command(shell: Interpreter, call: Call) -> Result:
    if call.values and call.values[0] in {"-v", "-V"}:
        return _lookup(shell, call)
    return _rest(shell, call, [value for value in call.values if value != "-p"])


def _rest(shell: Interpreter, call: Call, values: list[Value]) -> Result:
    """Run arguments as a command; its output is redirected as usual."""
    if not values:
        return Result()
    if isinstance(values[0], Unknown):
        shell.context.fail(call, f"the command's name is unknown: {values[0].reason}")
        return Result(values[0])
    return Result(shell.call(Call(values[0], tuple(values[1:]), call.input, call.line, call.text)))


def _exec(shell: Interpreter, call: Call) -> Result:
    if not call.values:
        return Result()
    raise Leave("exit", _rest(shell, call, list(call.values)).truth)


def _env(shell: Interpreter, call: Call) -> Result:
    values = list(call.values)
    while (
        values
        and isinstance(values[0], str)
        and (values[0].startswith("-") or re.match(r"[A-Za-z_]\w*=", values[0]))
    ):
        taken = values.pop(0)
        if taken in {"-u", "--unset"} and values:
            values.pop(0)
    if not values:
        return Result(output=Unknown("the environment"))
    return _rest(shell, call, values)


def _wrapper(shell: Interpreter, call: Call) -> Result:
    """Run a program through another one: ``nice``, ``nohup``, ``timeout``, ``sudo`` as root."""
    values = list(call.values)
    while values and isinstance(values[0], str) and values[0].startswith("-"):
        taken = values.pop(0)
        if call.name == "sudo" and taken != "-n":
            shell.context.fail(call, "it runs as another user")
            return Result(Unknown("the result of sudo"))
        if call.name != "sudo" and taken in {"-n", "-c", "-k", "-s"} and values:
            values.pop(0)
    if call.name == "timeout" and values:
        values.pop(0)
    return _rest(shell, call, values)


CHANGES_LOOKS = frozenset({"chmod", "chown", "chgrp"})
"""Commands that take trees of files, ``Call.trees``."""


def _xargs(shell: Interpreter, call: Call) -> Result:
    values = list(call.values)
    while values and isinstance(values[0], str) and values[0].startswith("-"):
        taken = values[0]
        del values[: 2 if taken in {"-n", "-P", "-L", "-d", "-a"} else 1]
        if taken.startswith("-I"):
            shell.context.fail(call, "xargs -I is not understood")
            return Result()
    if isinstance(call.input, Unknown):
        if call.input.trees and values and values[0] in CHANGES_LOOKS:
            trees, (name, *rest) = call.input.trees, values
            return Result(
                shell.call(replace(call, name=str(name), values=tuple(rest), trees=trees))
            )
        return _rest(shell, call, [*(values or ["echo"]), call.input])
    words: list[Value] = list(call.input.replace("\0", " ").split())
    if not words:
        return Result()
    return _rest(shell, call, [*(values or ["echo"]), *words])


def _test(shell: Interpreter, call: Call) -> Result:
    values = list(call.values)
    if call.name in {"[", "[["} and values and values[-1] in {"]", "]]"}:
        values.pop()
    return Result(evaluate_test(shell.context, values, extended=call.name == "[["))


def _shell(shell: Interpreter, call: Call) -> Result:
    """``sh -c TEXT``, ``sh FILE``."""
    values = list(call.values)
    while values and isinstance(values[0], str) and re.fullmatch("-[eux]+", values[0]):
        values.pop(0)
    if values and values[0] in {"-c", "-ec"} and len(values) > 1:
        text, values = values[1], values[2:]
        arguments = values[1:]
    elif values and isinstance(values[0], str):
        text, arguments = shell.content(values[0]), values[1:]
    else:
        text, arguments = call.input, []
    if isinstance(text, Unknown):
        shell.context.fail(call, f"{text.reason} is unknown")
        return Result(text, text)
    return Result(shell.separate(arguments, lambda: run_text(shell, call, text)))


def _as_user(shell: Interpreter, call: Call) -> Result:
    """``su -c TEXT USER``, ``runuser -u USER -- COMMAND``: the files belong to another user."""
    context = shell.context
    before = len(context.effects)
    values = list(call.values)
    if "-c" in values[:-1] or "--command" in values[:-1]:
        at = next(index for index, value in enumerate(values) if value in {"-c", "--command"})
        inner = Call("sh", ("-c", values[at + 1]), call.input, call.line, call.text)
    elif "--" in values:
        rest = values[values.index("--") + 1 :]
        name = rest[0] if rest and isinstance(rest[0], str) else ""
        inner = Call(name, tuple(rest[1:]), call.input, call.line, call.text)
    else:
        context.fail(call, "it runs as another user")
        return Result(Unknown(f"the result of {call.name}"))
    context.user = "" if "root" in values else "another"
    try:
        result = shell.call(inner) if inner.name else Unknown("an unknown command")
    finally:
        context.user = ""
    found = context.effects[before:]
    if any(not isinstance(effect, (Needless, NotReproduced)) for effect in found):
        del context.effects[before:]
        context.fail(call, "it makes files as another user")
    return Result(result)


def run_file(shell: Interpreter, call: Call, path: str) -> Result | None:
    """Run a script of the package itself; None if it is not one, or not of the shell."""
    data = shell.context.files.content(shell.context.path(path))
    if data is None or not _SHELL_SCRIPT.match(data):
        return None
    text = data.decode("utf-8", "surrogateescape")
    return Result(shell.separate(list(call.values), lambda: run_text(shell, call, text)))


_SHELL_SCRIPT = re.compile(rb"#! ?/(?:usr/)?bin/(?:env )?(?:ba|da)?sh\b")


def _constant(value: Truth) -> Builtin:
    return lambda _shell, _call: Result(value)


def _pwd(shell: Interpreter, _: Call) -> Result:
    return Result(output=f"{shell.context.directory}\n")


def _getopts(shell: Interpreter, call: Call) -> Result:
    given = call.values[2:] or tuple(shell.variables.positional)
    if given and not (isinstance(given[0], str) and given[0][:1] != "-"):
        shell.context.fail(call, "the options that it is called with are not understood")
    return Result(FALSE)


BUILTINS: Mapping[str, Builtin] = {
    ":": _constant(TRUE), "true": _constant(TRUE), "false": _constant(FALSE),
    "trap": _constant(TRUE), "wait": _constant(TRUE), "sleep": _constant(TRUE),
    "alias": _alias, "unalias": _constant(TRUE), "ulimit": _constant(TRUE),
    "shopt": _constant(TRUE), "kill": _constant(TRUE),
    "exit": _exit, "return": _return, "break": _break, "continue": _break,
    "set": _set, "shift": _shift, "local": _declare, "export": _declare, "readonly": _declare,
    "declare": _declare, "typeset": _declare, "unset": _unset, "cd": _cd, "umask": _umask,
    "read": _read, "eval": _eval, ".": source_file, "source": source_file, "command": _command,
    "su": _as_user, "runuser": _as_user, "setpriv": _as_user, "sh": _shell, "bash": _shell,
    "dash": _shell, "which": _lookup, "type": _lookup, "hash": _lookup, "exec": _exec, "env": _env,
    "sudo": _wrapper, "nice": _wrapper, "ionice": _wrapper, "nohup": _wrapper, "timeout": _wrapper,
    "chronic": _wrapper, "builtin": _command, "xargs": _xargs, "test": _test, "[": _test,
    "[[": _test, "echo": echo, "printf": printf, "pwd": _pwd, "getopts": _getopts,
}  # fmt: skip
"""The commands of the shell by name."""
