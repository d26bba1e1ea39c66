"""Expands words: parameters, substitutions, splitting into fields, patterns of paths."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from tools.effects.evaluation.system import Files
from tools.effects.evaluation.values import (
    Choice,
    Stored,
    Unknown,
    Value,
    joined,
    mapped,
    reason_of,
)
from tools.effects.shell.syntax import (
    Arithmetic,
    Command,
    Literal,
    Parameter,
    Part,
    Substitution,
    Word,
)

_PATTERN = re.compile(r"[*?\[]")
_PLAIN = re.compile(r"[\w./:@%+,=-]+")
_SUM = re.compile(r"\s*(\d+)\s*([-+*/%])\s*(\d+)\s*")
_NAME = re.compile(r"\$?\{?([A-Za-z_]\w*)\}?")
_SEPARATORS = " \t\n"


@dataclass(slots=True)
class Variables:
    """Variables and positional parameters.

    Attributes:
        values: by name.
        positional: ``$1`` and the following.
        zero: ``$0``.
        default: the value of a variable that is not set.
    """

    values: dict[str, Stored]
    positional: list[Value] = field(default_factory=list)
    zero: str = ""
    default: Value = ""

    def get(self, name: str) -> Value | None:  # noqa: PLR0911 - a case for each parameter
        """Return the value; None if it is not set."""
        if name.isdigit():
            number = int(name)
            if number == 0:
                return self.zero
            return self.positional[number - 1] if number <= len(self.positional) else None
        if name in "*@":
            return _with_spaces(self.positional) if self.positional else None
        if name == "#":
            for argument in self.positional:
                if isinstance(argument, Unknown) and argument.many:
                    return argument
            return str(len(self.positional))
        if name == "$":
            return "4242"  # names of temporary files use it
        if name in self.values:
            value = self.values[name]
            # Commands are run once for each choice; only exceptions to that come here.
            return (
                Unknown(f"${name}: {reason_of(value.when)}") if isinstance(value, Choice) else value
            )
        return None if self.default == "" else self.default


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a field: ``literal`` where pattern characters have no special meaning."""

    value: Value
    literal: bool


class Expansion:
    """Expands words with the variables and the files of an evaluation."""

    def __init__(
        self,
        variables: Variables,
        files: Files,
        directory: Callable[[], str],
        substitute: Callable[[tuple[Command, ...]], Value],
    ) -> None:
        self._variables = variables
        self._files = files
        self._directory = directory
        self._substitute = substitute

    @property
    def separators(self) -> str:
        """The characters that fields are split at."""
        value = self._variables.values.get("IFS", _SEPARATORS)
        return value if isinstance(value, str) else _SEPARATORS

    def fields(self, words: tuple[Word, ...]) -> list[Value]:
        """Return the fields of words: split, and patterns replaced by the paths that match."""
        found: list[Value] = []
        for word in words:
            for pieces in self._split(word):
                found += self._paths(pieces)
        return found

    def text(self, word: Word) -> Value:
        """Return a word as one text, as in an assignment."""
        return joined([piece.value for part in word for piece in self._pieces(part)])

    def pattern(self, word: Word) -> str | Unknown:
        """Return a word as a regular expression for a pattern of ``case``."""
        parts = []
        for part in word:
            for piece in self._pieces(part):
                if isinstance(piece.value, Unknown):
                    return piece.value
                if piece.literal:
                    parts.append(re.escape(piece.value))
                else:
                    # translate() ends with \Z or \z, which must be at the end of the whole
                    # expression.
                    parts.append(fnmatch.translate(piece.value)[:-2])
        return "".join(parts)

    def _split(self, word: Word) -> list[list[_Piece]]:  # noqa: PLR0912
        fields: list[list[_Piece]] = []
        current: list[_Piece] | None = None
        for part in word:
            if (
                isinstance(part, Parameter)
                and part.name == "@"
                and not part.operator
                and part.quoted
            ):
                for index, value in enumerate(self._variables.positional):
                    if index or current is None:
                        if current is not None:
                            fields.append(current)
                        current = []
                    current.append(_Piece(value, literal=True))
                continue
            splits = not isinstance(part, Literal) and not part.quoted
            for piece in self._pieces(part):
                if isinstance(piece.value, Unknown) and splits:
                    piece = replace(piece, value=_one_field(piece.value))  # noqa: PLW2901
                if isinstance(piece.value, Unknown) or not splits or piece.literal:
                    current = [*(current or []), piece]
                    continue
                texts = _split_fields(piece.value, self.separators)
                for index, text in enumerate(texts):
                    if index:
                        if current is not None:
                            fields.append(current)
                        current = None
                    if text:
                        current = [*(current or []), _Piece(text, literal=False)]
        if current is not None:
            fields.append(current)
        return fields

    def _paths(self, pieces: list[_Piece]) -> list[Value]:
        text = joined([piece.value for piece in pieces])
        if isinstance(text, Unknown):
            return [text]
        patterns = any(
            not piece.literal and isinstance(piece.value, str) and _PATTERN.search(piece.value)
            for piece in pieces
        )
        if not patterns or ("/" not in text and self._directory() == "/"):
            return [text]
        path = text if text.startswith("/") else f"{self._directory().rstrip('/')}/{text}"
        found: list[Value] = list(self._files.matching(path))
        if not text.startswith("/"):
            found = [str(item)[len(path) - len(text) :] for item in found]
        # A program's own data may be there too, but a package that is new has none yet.
        return found or [text]

    def _pieces(self, part: Part) -> list[_Piece]:
        if isinstance(part, Literal):
            return [_Piece(part.text, literal=part.quoted)]
        if isinstance(part, Substitution):
            value = self._substitute(part.body)
            if isinstance(value, str):
                value = value.rstrip("\n")
            elif value.choice is not None:
                choice = mapped(value.choice, lambda text: text.rstrip("\n"))
                value = replace(value, choice=choice)
            return [_Piece(value, literal=part.quoted)]
        if isinstance(part, Arithmetic):
            return [_Piece(self._sum(part.text), literal=True)]
        return self._parameter(part)

    def _parameter(self, part: Parameter) -> list[_Piece]:  # noqa: PLR0911
        value, operator = self._variables.get(part.name), part.operator
        if operator == "other":
            return [_Piece(Unknown(f"${{{part.name}…}} is not of POSIX shell"), literal=True)]
        if operator in {"-", ":-", "=", ":=", "+", ":+", "?", ":?"}:
            if isinstance(value, Unknown):
                if operator.endswith("+"):
                    return [_Piece(value, literal=True)]
                return [_Piece(value, literal=part.quoted)]
            is_set = value is not None and not (operator.startswith(":") and value == "")
            if operator.endswith("+"):
                return self._operand(part) if is_set else []
            if not is_set and not operator.endswith("?"):
                if operator.endswith("="):
                    self._variables.values[part.name] = self.text(part.operand)
                return self._operand(part)
        value = "" if value is None else value
        if isinstance(value, Unknown):
            return [_Piece(value, literal=part.quoted)]
        if operator == "length":
            value = str(len(value))
        elif operator and operator[0] in "#%":
            value = self._cut(value, operator, part.operand)
        if value == "" and not part.quoted:
            return []
        return [_Piece(value, literal=part.quoted)]

    def _operand(self, part: Parameter) -> list[_Piece]:
        pieces = [piece for item in part.operand for piece in self._pieces(item)]
        if part.quoted:
            return [_Piece(piece.value, literal=True) for piece in pieces]
        return pieces

    def _cut(self, value: str, operator: str, operand: Word) -> Value:
        pattern = self.pattern(operand)
        if isinstance(pattern, Unknown):
            return pattern
        expression = re.compile(rf"(?s:{pattern})\Z")
        cuts = range(len(value) + 1)
        if operator[0] == "#":
            matches = [index for index in cuts if expression.match(value[:index])]
            if not matches:
                return value
            return value[matches[-1 if operator == "##" else 0] :]
        matches = [index for index in cuts if expression.match(value[index:])]
        if not matches:
            return value
        return value[: matches[0 if operator == "%%" else -1]]

    def _sum(self, text: str) -> Value:
        def replaced(match: re.Match[str]) -> str:
            value = self._variables.get(match[1])
            return value if isinstance(value, str) and value.isdigit() else match[0]

        match = _SUM.fullmatch(_NAME.sub(replaced, text))
        if not match:
            return Unknown(f"the value of $(({text.strip()}))")
        left, right = int(match[1]), int(match[3])
        if match[2] in "/%" and not right:
            return Unknown("a division by zero")
        return str(
            {"+": left + right, "-": left - right, "*": left * right}[match[2]]
            if match[2] in "+-*"
            else (left // right if match[2] == "/" else left % right)
        )


def parameters_of(words: Iterable[Word]) -> Iterator[str]:
    """Yield the names of the variables that words use, in their order."""
    for word in words:
        for part in word:
            if isinstance(part, Parameter):
                yield part.name
                yield from parameters_of((part.operand,))


def _one_field(value: Unknown) -> Unknown:
    """Return a value that is not quoted, without its choice unless each of that is one field."""
    if value.choice is None or _is_one_field(value.choice):
        return value
    return replace(value, choice=None)


def _is_one_field(choice: Choice) -> bool:
    return all(
        _is_one_field(each)
        if isinstance(each, Choice)
        else isinstance(each, Unknown) or bool(_PLAIN.fullmatch(each))
        for each in (choice.first, choice.second)
    )


def _with_spaces(values: list[Value]) -> Value:
    parts: list[Value] = []
    for value in values:
        parts += [" ", value] if parts else [value]
    return joined(parts)


def _split_fields(text: str, separators: str) -> list[str]:
    """Return fields, and an empty text at an end that has a separator."""
    if not separators:
        return [text]
    blanks = "".join(set(separators) & set(_SEPARATORS))
    others = "".join(set(separators) - set(_SEPARATORS))
    expression = "|".join(
        ([rf"[{re.escape(blanks)}]+"] if blanks else [])
        + ([rf"[{re.escape(blanks)}]*[{re.escape(others)}]"] if others else [])
    )
    return re.split(expression, text)
