"""Parses a shell script."""

from __future__ import annotations

import re

from tools.effects.shell.syntax import (
    AndOr,
    Block,
    Case,
    Command,
    For,
    Function,
    If,
    Literal,
    Pipeline,
    Redirected,
    Redirection,
    Simple,
    While,
    Word,
)
from tools.effects.shell.words import METACHARACTERS, NAME, Reader, WordReader


def parse(text: str) -> tuple[Command, ...]:
    """Parse a script.

    Raises:
        ShellSyntaxError: it is not a shell script, or uses the syntax of other shells.
    """
    reader = Reader(text)
    try:
        commands = _Parser(reader).commands(frozenset())
    except RecursionError:
        raise reader.error("it is nested too deeply") from None
    if reader.peek():
        raise reader.error(f"unexpected {reader.peek()!r}")
    return commands


_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=")
_REDIRECTION = re.compile(r"(\d*)(<<-?|<&|<>|<|>>|>&|>\||>)|(&>>?)")
_FUNCTION = re.compile(r"([A-Za-z_][A-Za-z0-9_.\-]*)[ \t]*\([ \t]*\)")
_KEYWORD_FUNCTION = re.compile(r"function[ \t]+([A-Za-z_][\w.\-]*)[ \t]*(?:\([ \t]*\))?")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)*")
_RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|\{|\}|!|time)(?=[\s;&|<>()]|$)"
)
_CLOSING = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})


class _Parser:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._words = WordReader(reader, _substituted)
        # The place after the here-documents that follow an end of line.
        self._after: dict[int, int] = {}

    def commands(self, closing: frozenset[str]) -> tuple[Command, ...]:
        """Commands up to a reserved word of ``closing``, ``)``, ``;;`` or the end."""
        found: list[Command] = []
        reader = self._reader
        while True:
            self._lines()
            if not reader.peek() or reader.peek() == ")" or reader.peek(2) in (";;", ";&"):
                return tuple(found)
            word = self._reserved()
            if word in closing:
                return tuple(found)
            if word in _CLOSING:
                raise reader.error(f"unexpected {word}")
            found.append(self._and_or())
            self._blanks()
            if reader.peek(2) in (";;", ";&"):
                continue
            if reader.peek() in ("&", ";"):
                reader.at += 1

    def _blanks(self) -> None:
        match = _BLANKS.match(self._reader.text, self._reader.at)
        self._reader.at = match.end() if match else self._reader.at
        if self._reader.peek() == "#":
            end = self._reader.text.find("\n", self._reader.at)
            self._reader.at = end if end >= 0 else len(self._reader.text)

    def _lines(self) -> None:
        """Skips blanks, comments, ends of lines, and the here-documents after them."""
        while True:
            self._blanks()
            if self._reader.peek() != "\n":
                return
            self._reader.at = self._after.get(self._reader.at, self._reader.at + 1)

    def _reserved(self) -> str:
        match = _RESERVED.match(self._reader.text, self._reader.at)
        return match[0] if match else ""

    def _expect(self, word: str) -> None:
        self._lines()
        if self._reserved() != word:
            raise self._reader.error(f"expected {word}")
        self._reader.at += len(word)

    def _and_or(self) -> Command:
        first = self._pipeline()
        rest: list[tuple[str, Command]] = []
        while True:
            self._blanks()
            operator = self._reader.peek(2)
            if operator not in ("&&", "||"):
                return AndOr(first, tuple(rest)) if rest else first
            self._reader.at += 2
            self._lines()
            rest.append((operator, self._pipeline()))

    def _pipeline(self) -> Command:
        negated = False
        self._blanks()
        while self._reserved() in ("!", "time"):
            negated ^= self._reserved() == "!"
            self._reader.at += len(self._reserved())
            self._blanks()
        commands = [self._command()]
        while True:
            self._blanks()
            if self._reader.peek() != "|" or self._reader.peek(2) == "||":
                break
            self._reader.at += 2 if self._reader.peek(2) == "|&" else 1
            self._lines()
            commands.append(self._command())
        if len(commands) == 1 and not negated:
            return commands[0]
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        reader = self._reader
        start = reader.at
        compound = self._compound()
        if compound is None:
            return self._simple()
        end = reader.at
        redirections = []
        while True:
            self._blanks()
            redirection = self._redirection()
            if redirection is None:
                break
            redirections.append(redirection)
            end = reader.at
        if not redirections:
            return compound
        return Redirected(
            compound, tuple(redirections), reader.line_of(start), reader.text[start:end]
        )

    def _compound(self) -> Command | None:
        reader, word = self._reader, self._reserved()
        if reader.peek(2) == "((":
            raise reader.error("arithmetic commands are not of POSIX shell")
        if reader.peek() == "(":
            reader.at += 1
            body = self.commands(frozenset())
            self._parenthesis()
            return Block(body, subshell=True)
        function = _KEYWORD_FUNCTION.match(reader.text, reader.at) or _FUNCTION.match(
            reader.text, reader.at
        )
        if function and not word:
            reader.at = function.end()
            self._lines()
            return Function(function[1], self._command())
        kinds = {
            "{": self._braces, "if": self._if, "for": self._for, "while": self._while,
            "case": self._case,
        }  # fmt: skip
        if word not in kinds:
            if word and word != "until":
                raise reader.error(f"unexpected {word}")
            if not word:
                return None
        reader.at += len(word)
        return kinds[word]() if word in kinds else self._while(negated=True)

    def _parenthesis(self) -> None:
        self._lines()
        if self._reader.peek() != ")":
            raise self._reader.error("no closing )")
        self._reader.at += 1

    def _braces(self) -> Command:
        body = self.commands(frozenset({"}"}))
        self._expect("}")
        return Block(body, subshell=False)

    def _if(self) -> Command:
        branches = []
        otherwise: tuple[Command, ...] = ()
        while True:
            condition = self.commands(frozenset({"then"}))
            self._expect("then")
            body = self.commands(frozenset({"elif", "else", "fi"}))
            branches.append((condition, body))
            word = self._reserved()
            if word != "elif":
                break
            self._expect("elif")
        if word == "else":
            self._expect("else")
            otherwise = self.commands(frozenset({"fi"}))
        self._expect("fi")
        return If(tuple(branches), otherwise)

    def _for(self) -> Command:
        reader = self._reader
        self._blanks()
        match = NAME.match(reader.text, reader.at)
        if not match:
            raise reader.error("for without a name")
        reader.at = match.end()
        self._lines()
        words: list[Word] | None = None
        if re.compile(r"in(?=[\s;]|\\\n)").match(reader.text, reader.at):
            reader.at += 2
            words = []
            while True:
                self._blanks()
                if reader.peek() in (";", "\n", ""):
                    break
                words.append(self._word())
        self._blanks()
        if reader.peek() == ";":
            reader.at += 1
        body = self._do()
        return For(match[0], None if words is None else tuple(words), body)

    def _do(self) -> tuple[Command, ...]:
        self._expect("do")
        body = self.commands(frozenset({"done"}))
        self._expect("done")
        return body

    def _while(self, *, negated: bool = False) -> Command:
        condition = self.commands(frozenset({"do"}))
        return While(condition, self._do(), negated)

    def _case(self) -> Command:
        reader = self._reader
        self._blanks()
        word = self._word()
        self._lines()
        if reader.peek(2) != "in":
            raise reader.error("case without in")
        reader.at += 2
        items = []
        while True:
            self._lines()
            if self._reserved() == "esac":
                break
            if reader.peek() == "(":
                reader.at += 1
            patterns = []
            while True:
                self._blanks()
                patterns.append(self._word())
                self._blanks()
                if reader.peek() != "|":
                    break
                reader.at += 1
            self._parenthesis()
            items.append((tuple(patterns), self.commands(frozenset({"esac"}))))
            self._lines()
            if reader.peek(2) in (";;", ";&"):
                reader.at += 2
        self._expect("esac")
        return Case(word, tuple(items))

    def _word(self) -> Word:
        word = self._words.word()
        if not word:
            raise self._reader.error(f"unexpected {self._reader.peek()!r}")
        return word

    def _simple(self) -> Command:
        reader = self._reader
        start = end = reader.at
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while True:
            self._blanks()
            if not words and (match := _ASSIGNMENT.match(reader.text, reader.at)):
                reader.at = match.end()
                if reader.peek() == "(":
                    raise reader.error("arrays are not of POSIX shell")
                assignments.append((match[1], self._words.word()))
            elif (redirection := self._redirection()) is not None:
                redirections.append(redirection)
            elif reader.peek() and reader.peek() not in METACHARACTERS:
                words.append(self._word())
                if words == [(Literal("[[", quoted=False),)]:
                    words += self._double_brackets()
            else:
                break
            end = reader.at
        if end == start:
            raise reader.error(f"unexpected {reader.peek()!r}")
        return Simple(
            tuple(assignments), tuple(words), tuple(redirections),
            reader.line_of(start), reader.text[start:end],
        )  # fmt: skip

    def _double_brackets(self) -> list[Word]:
        """Return the words up to ``]]``; operators among them are words too."""
        reader = self._reader
        words: list[Word] = []
        while True:
            self._lines()
            if not reader.peek():
                raise reader.error("no closing ]]")
            if reader.peek(2) in ("&&", "||"):
                words.append((Literal(reader.peek(2), quoted=False),))
                reader.at += 2
            elif reader.peek() in "()<>":
                words.append((Literal(reader.peek(), quoted=False),))
                reader.at += 1
            else:
                words.append(self._word())
                if words[-1] == (Literal("]]", quoted=False),):
                    return words

    def _redirection(self) -> Redirection | None:
        reader = self._reader
        match = _REDIRECTION.match(reader.text, reader.at)
        if not match:
            return None
        reader.at = match.end()
        operator = match[3] or match[2]
        descriptor = int(match[1]) if match[1] else int(operator[0] != "<")
        self._blanks()
        if operator.startswith("<<"):
            if reader.peek() == "<":
                reader.at += 1
                self._blanks()
                return Redirection(descriptor, "<<<", self._word())
            return Redirection(descriptor, "<<", self._document(tabs=operator == "<<-"))
        return Redirection(descriptor, operator, self._word())

    def _document(self, *, tabs: bool) -> Word:
        """Read a here-document, which starts after the end of this line; keep the place."""
        reader, line_end = self._reader, self._reader.text.find("\n", self._reader.at)
        delimiter = self._word()
        quoted = any(isinstance(part, Literal) and part.quoted for part in delimiter)
        name = "".join(part.text for part in delimiter if isinstance(part, Literal))
        at = start = self._after.get(line_end, line_end + 1)
        lines: list[str] = []
        while line_end >= 0 and at < len(reader.text):
            following = reader.text.find("\n", at)
            following = len(reader.text) if following < 0 else following
            line = reader.text[at:following]
            at = following + 1
            if (line.lstrip("\t") if tabs else line) == name:
                break
            lines.append((line.lstrip("\t") if tabs else line) + "\n")
        else:
            raise reader.error(f"no end of the here-document {name}")
        self._after[line_end] = at
        text = "".join(lines)
        if quoted:
            return (Literal(text, quoted=True),)
        return tuple(WordReader(Reader(text, reader.line_of(start)), _substituted).quoted(""))


def _substituted(reader: Reader) -> tuple[Command, ...]:
    """Commands up to a closing parenthesis, or all that a reader of its own has."""
    parser = _Parser(reader)
    commands = parser.commands(frozenset())
    if reader.peek() == ")":
        reader.at += 1
    elif reader.peek():
        raise reader.error(f"unexpected {reader.peek()!r}")
    return commands
