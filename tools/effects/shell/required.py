"""Finds the programs that a script cannot do without: those that every call of it runs.

Nothing is evaluated. A command in a branch, in a loop, or after ``||`` may never run. What a script
looks for itself (``command -v``) is optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tools.effects.shell.parser import parse
from tools.effects.shell.syntax import (
    AndOr,
    Block,
    Command,
    For,
    Function,
    If,
    Literal,
    Parameter,
    Pipeline,
    Redirected,
    Simple,
    Substitution,
    While,
    Word,
)
from tools.effects.shell.words import ShellSyntaxError

# POSIX, "Special Built-In Utilities" and "Shell Commands", with what dash and bash add.
_OWN_TEXT = """
    : . [ [[ alias bg break builtin cd command compgen complete continue declare dirs disown echo
    enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout
    mapfile popd printf pushd pwd read readarray readonly return select set shift shopt source
    suspend test time times trap true type typeset ulimit umask unalias unset wait {
"""
_OWN = frozenset(_OWN_TEXT.split())
_RUNS_ANOTHER = frozenset({"exec", "command", "env", "nice", "nohup"})
_LOOKS_FOR = re.compile(r"(?:command\s+-[vV]|which|type|hash|-x)\s+[\"']?(?:\S*/)?([\w.+-]+)")
_FUNCTION = re.compile(r"([\w.-]+)[ \t]*\([ \t]*\)")
_NAME = re.compile(r"[A-Za-z0-9_][\w.+-]*")


def required_programs(text: str) -> list[str]:
    """Return the names of programs without which a shell script does not run, sorted.

    A script that cannot be parsed gives none.
    """
    try:
        commands = parse(text)
    except (ShellSyntaxError, RecursionError):
        return []
    found = _Required()
    found.read(commands)
    functions = set(_FUNCTION.findall(text))  # those that are defined in a branch, too
    return sorted(found.names - _OWN - functions - set(_LOOKS_FOR.findall(text)))


class _Required:
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.functions: dict[str, Command] = {}
        self._called: set[str] = set()

    def read(self, commands: Iterable[Command]) -> bool:
        """Record what commands run; return False if nothing after them is reached."""
        return all(self._command(command) for command in commands)

    def _command(self, command: Command) -> bool:
        if isinstance(command, Simple):
            return self._simple(command)
        if isinstance(command, Pipeline):
            for item in command.commands:
                self._command(item)
        elif isinstance(command, AndOr):
            return self._and_or(command)
        elif isinstance(command, If):
            self._tested(command.branches[0][0])
        elif isinstance(command, While):
            self._tested(command.condition)
        elif isinstance(command, For):
            self._words(command.words or ())
        elif isinstance(command, Block):
            return self.read(command.body) or command.subshell
        elif isinstance(command, Redirected):
            return self._command(command.command)
        elif isinstance(command, Function):
            self.functions[command.name] = command.body
        return True

    def _tested(self, condition: Iterable[Command]) -> None:
        """Record the programs in substitutions of a condition; a missing program there is false."""
        for command in condition:
            if isinstance(command, Simple):
                self._words(command.words)
            elif isinstance(command, AndOr):
                self._tested((command.first, *(item for _, item in command.rest)))

    def _and_or(self, command: AndOr) -> bool:
        if command.rest[0][0] == "||" and _always_true(command.rest[0][1]):
            return True  # a command that may fail is optional: ``program || true``
        goes_on = self._command(command.first)
        for operator, following in command.rest:
            if operator == "||":
                break
            self._command(following)
        return goes_on

    def _simple(self, command: Simple) -> bool:
        self._words(word for _, word in command.assignments)
        self._words(command.words)
        name = _literal(command.words[0]) if command.words else ""
        if name in self.functions and name not in self._called:
            self._called.add(name)
            self._command(self.functions[name])
        elif name and _NAME.fullmatch(name):
            self.names.add(name)
        words = list(command.words)
        while len(words) > 1 and _literal(words[0]) in _RUNS_ANOTHER:
            words.pop(0)
            if _NAME.fullmatch(_literal(words[0])):
                self.names.add(_literal(words[0]))
        return name != "exit" and not (name == "exec" and len(command.words) > 1)

    def _words(self, words: Iterable[Word]) -> None:
        for body in _substitutions(words):
            self.read(body)


def _substitutions(words: Iterable[Word]) -> Iterator[tuple[Command, ...]]:
    for word in words:
        for part in word:
            if isinstance(part, Substitution):
                yield part.body
            elif isinstance(part, Parameter) and not part.operator.endswith(("-", "+", "=", "?")):
                yield from _substitutions((part.operand,))


def _always_true(command: Command) -> bool:
    return isinstance(command, Simple) and bool(command.words) and (
        _literal(command.words[0]) in {"true", ":", "echo"}
    )  # fmt: skip


def _literal(word: Word) -> str:
    """Return a word that is written out; empty for another one."""
    if not all(isinstance(part, Literal) for part in word):
        return ""
    return "".join(part.text for part in word if isinstance(part, Literal))
