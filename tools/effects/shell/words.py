"""Reads the words of a shell script: quotes, parameters and substitutions."""

from __future__ import annotations

import re
from collections.abc import Callable

from tools.effects.shell.syntax import (
    Arithmetic,
    Command,
    Literal,
    Parameter,
    Part,
    Substitution,
    Word,
)
from tools.errors import PlinthError


class ShellSyntaxError(PlinthError):
    """A script is not of POSIX shell.

    Attributes:
        line: where, from 1.
        problem: what is wrong.
    """

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        self.problem = problem
        super().__init__(f"line {line}: {problem}")


class Reader:
    """A place in the text of a script.

    Attributes:
        text: the whole script.
        at: index of the next character.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.at = 0
        self._first_line = first_line

    @property
    def line(self) -> int:
        """The line of the next character."""
        return self.line_of(self.at)

    def line_of(self, at: int) -> int:
        """Return the line of a character."""
        return self._first_line + self.text.count("\n", 0, at)

    def peek(self, size: int = 1) -> str:
        """Return the next characters; shorter at the end."""
        return self.text[self.at : self.at + size]

    def error(self, problem: str) -> ShellSyntaxError:
        """Return an error about the next character."""
        return ShellSyntaxError(self.line, problem)

    def until(self, end: str) -> str:
        """Return what is before ``end``, which is read too."""
        found = self.text.find(end, self.at)
        if found < 0:
            raise self.error(f"no closing {end}")
        read = self.text[self.at : found]
        self.at = found + len(end)
        return read


Substituted = Callable[[Reader], tuple[Command, ...]]
"""Reads commands up to the closing parenthesis."""

METACHARACTERS = frozenset(" \t\n;&|<>()")
"""Characters that end an unquoted word."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""Names of variables."""

_SPECIAL = re.compile(r"[@*#?\-$!0-9]")
_BRACED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?\-$!]")
_OPERATOR = re.compile(r":?[-=?+]|##?|%%?")
# Characters that are literal in every place.
_PLAIN = re.compile(r"[-\w./:=,+@%~*?!\[\]^#]+")
_PLAIN_IN_QUOTES = re.compile(r'[^\\"$`]+')
_ESCAPED_IN_QUOTES = frozenset('$`"\\\n')


class WordReader:
    """Reads words, with a parser of commands for substitutions."""

    def __init__(self, reader: Reader, substituted: Substituted) -> None:
        self._reader = reader
        self._substituted = substituted

    def word(self, stop: frozenset[str] = METACHARACTERS) -> Word:
        """Read parts up to an unquoted character of ``stop``; may be empty."""
        reader = self._reader
        parts: list[Part] = []
        plain: list[str] = []

        def flush() -> None:
            if plain:
                parts.append(Literal("".join(plain), quoted=False))
                plain.clear()

        while (c := reader.peek()) and c not in stop:
            if run := _PLAIN.match(reader.text, reader.at):
                plain.append(run[0])
                reader.at = run.end()
            elif c == "\\":
                following = reader.peek(2)[1:]
                reader.at += 2
                if following != "\n":
                    flush()
                    parts.append(Literal(following, quoted=True))
            elif c == "'":
                flush()
                reader.at += 1
                parts.append(Literal(reader.until("'"), quoted=True))
            elif c == '"':
                flush()
                reader.at += 1
                parts += self.quoted('"')
            elif c in "$`":
                part = self._expansion(quoted=False)
                if part is None:
                    plain.append(c)
                    reader.at += 1
                else:
                    flush()
                    parts.append(part)
            else:
                plain.append(c)
                reader.at += 1
        flush()
        return tuple(parts)

    def quoted(self, end: str) -> list[Part]:
        """Read parts as in double quotes, up to and with ``end``; or to the end of the text."""
        reader = self._reader
        parts: list[Part] = []
        plain: list[str] = []

        def flush() -> None:
            if plain:
                parts.append(Literal("".join(plain), quoted=True))
                plain.clear()

        while True:
            if run := _PLAIN_IN_QUOTES.match(reader.text, reader.at):
                plain.append(run[0])
                reader.at = run.end()
            c = reader.peek()
            if not c:
                if end:
                    raise reader.error(f"no closing {end}")
                break
            if c == end:
                reader.at += 1
                break
            if c == "\\":
                following = reader.peek(2)[1:]
                reader.at += 2
                if following in _ESCAPED_IN_QUOTES and (following != '"' or end):
                    plain.append("" if following == "\n" else following)
                else:
                    plain.append(c + following)
            elif c in "$`":
                part = self._expansion(quoted=True)
                if part is None:
                    plain.append(c)
                    reader.at += 1
                else:
                    flush()
                    parts.append(part)
            else:
                plain.append(c)
                reader.at += 1
        flush()
        return parts or [Literal("", quoted=True)]

    def _expansion(self, *, quoted: bool) -> Part | None:
        """Read an expansion with ``$`` or a backquote; None for a plain dollar."""
        reader = self._reader
        if reader.peek() == "`":
            return self._backquoted(quoted=quoted)
        if reader.peek(3) == "$((":
            part = self._arithmetic(quoted=quoted)
            if part:
                return part
        if reader.peek(2) == "$(":
            reader.at += 2
            return Substitution(self._substituted(reader), quoted)
        if reader.peek(2) == "${":
            return self._braced(quoted=quoted)
        match = NAME.match(reader.text, reader.at + 1) or _SPECIAL.match(reader.text, reader.at + 1)
        if not match:
            return None
        reader.at = match.end()
        return Parameter(match[0], "", (), quoted)

    def _braced(self, *, quoted: bool) -> Part:
        reader = self._reader
        reader.at += 2
        if reader.peek() == "#" and reader.peek(2) != "#}":
            match = _BRACED.match(reader.text, reader.at + 1)
            if match and reader.text[match.end() : match.end() + 1] == "}":
                reader.at = match.end() + 1
                return Parameter(match[0], "length", (), quoted)
        match = _BRACED.match(reader.text, reader.at)
        if not match:
            reader.until("}")
            return Parameter("", "other", (), quoted)
        name, reader.at = match[0], match.end()
        operator = _OPERATOR.match(reader.text, reader.at)
        if operator:
            reader.at = operator.end()
            # The operand of a pattern operator is not quoted by quotes around the whole.
            if quoted and operator[0][-1] in "-=?+":
                operand = tuple(self._operand_in_quotes())
            else:
                operand = self.word(frozenset("}"))
                self._close()
            return Parameter(name, operator[0], operand, quoted)
        if reader.peek() == "}":
            reader.at += 1
            return Parameter(name, "", (), quoted)
        operand = self.word(frozenset("}"))
        self._close()
        return Parameter(name, "other", operand, quoted)

    def _operand_in_quotes(self) -> list[Part]:
        parts: list[Part] = []
        reader = self._reader
        plain: list[str] = []
        while (c := reader.peek()) != "}":
            if not c:
                raise reader.error("no closing }")
            if c in "$`" and (part := self._expansion(quoted=True)) is not None:
                parts += [Literal("".join(plain), quoted=True), part]
                plain.clear()
            elif c == "\\":
                plain.append(reader.peek(2)[1:])
                reader.at += 2
            else:
                if c != '"':
                    plain.append(c)
                reader.at += 1
        reader.at += 1
        return [*parts, Literal("".join(plain), quoted=True)]

    def _close(self) -> None:
        if self._reader.peek() != "}":
            raise self._reader.error("no closing }")
        self._reader.at += 1

    def _arithmetic(self, *, quoted: bool) -> Part | None:
        reader = self._reader
        depth, at = 0, reader.at + 1
        while at < len(reader.text):
            depth += {"(": 1, ")": -1}.get(reader.text[at], 0)
            at += 1
            if depth == 0:
                break
        if reader.text[at - 2 : at] != "))":
            return None  # a subshell in a substitution
        text = reader.text[reader.at + 3 : at - 2]
        reader.at = at
        return Arithmetic(text, quoted)

    def _backquoted(self, *, quoted: bool) -> Part:
        reader = self._reader
        line = reader.line
        reader.at += 1
        inner: list[str] = []
        while (c := reader.peek()) != "`":
            if not c:
                raise reader.error("no closing `")
            if c == "\\" and reader.peek(2)[1:] in ("$", "`", "\\", '"' if quoted else "`"):
                c = reader.peek(2)[1:]
                reader.at += 1
            inner.append(c)
            reader.at += 1
        reader.at += 1
        return Substitution(self._substituted(Reader("".join(inner), line)), quoted)
