"""The syntax tree of a shell script."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """Literal characters; unquoted ones may be patterns."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$name`` or ``${name…}``.

    Attributes:
        name: of a variable, or a special parameter.
        operator: ``-`` ``:-`` ``=`` ``:=`` ``?`` ``:?`` ``+`` ``:+`` ``#`` ``##`` ``%`` ``%%``,
            ``length``, ``other`` for what only bash knows, or empty.
        operand: the word after the operator.
        quoted: whether it is in double quotes.
    """

    name: str
    operator: str
    operand: Word
    quoted: bool


@dataclass(frozen=True, slots=True)
class Substitution:
    """``$(…)`` or backquotes."""

    body: tuple[Command, ...]
    quoted: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``$((…))``, unread."""

    text: str
    quoted: bool


Part = Literal | Parameter | Substitution | Arithmetic
Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirection:
    """``>file``, ``2>&1``, a here-document.

    Attributes:
        descriptor: its number; that of the operator if none is written.
        operator: such as ``>>``; ``<<`` has the text of the document as its target.
        target: file, descriptor, or text.
    """

    descriptor: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple command.

    Attributes:
        assignments: (name, value) before it.
        words: its name and arguments.
        redirections: in the order in which they are written.
        line: where it starts, from 1.
        text: as it is written.
    """

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...]
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands between ``|``, the last one's result negated by ``!``."""

    commands: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class AndOr:
    """``first && … || …``: pairs of an operator and what follows it."""

    first: Command
    rest: tuple[tuple[str, Command], ...]


@dataclass(frozen=True, slots=True)
class If:
    """Pairs of condition and body; ``elif`` is a further pair."""

    branches: tuple[tuple[tuple[Command, ...], tuple[Command, ...]], ...]
    otherwise: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class For:
    """``for name in words``; None without ``in``."""

    name: str
    words: tuple[Word, ...] | None
    body: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class While:
    """``while``, or ``until`` if ``negated``."""

    condition: tuple[Command, ...]
    body: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Case:
    """``case word in pattern | pattern) body ;; … esac``."""

    word: Word
    items: tuple[tuple[tuple[Word, ...], tuple[Command, ...]], ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function is defined."""

    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Block:
    """``{ …; }``, or ``( … )`` if ``subshell``."""

    body: tuple[Command, ...]
    subshell: bool


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections."""

    command: Command
    redirections: tuple[Redirection, ...]
    line: int
    text: str


Command = Simple | Pipeline | AndOr | If | For | While | Case | Function | Block | Redirected
